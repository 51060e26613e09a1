/// What a phrase says about who to see: a line of `Data/Symptoms/knowledge`.
struct KnowledgeEntry: Sendable {
    let id: String
    let phrases: [String]
    /// 3 belongs there, 2 usual, 1 also; by specialty number.
    let weights: [(specialty: Int, weight: Double)]
    let sex: PatientFacts.Sex?
    let ageYears: ClosedRange<Double>?
    /// How soon, where the entry says so.
    let urgency: Urgency?

    /// Whether nothing known contradicts it.
    func fits(_ facts: PatientFacts) -> Bool {
        if let sex, let known = facts.sex, sex != known { return false }
        if let ageYears, let known = facts.ageYears, !ageYears.contains(known) { return false }
        return true
    }
}

/// A text whose specialties are known: a line of `Data/Symptoms/questions`.
struct SolvedQuestion: Sendable {
    let text: String
    /// Best first.
    let specialties: [Int]
}
