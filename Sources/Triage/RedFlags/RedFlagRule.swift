/// How soon somebody must be seen, the most urgent last.
public enum Urgency: Int, Sendable, Comparable, CaseIterable, Codable {
    case selfCare, routine, sameDay, emergency

    /// `self-care`, `routine`, `same-day`, `emergency`.
    public var name: String {
        switch self {
        case .selfCare: "self-care"
        case .routine: "routine"
        case .sameDay: "same-day"
        case .emergency: "emergency"
        }
    }

    public init?(name: String) {
        guard let urgency = Urgency.allCases.first(where: { $0.name == name }) else { return nil }
        self = urgency
    }

    public static func < (left: Urgency, right: Urgency) -> Bool { left.rawValue < right.rawValue }
}

/// Dangers that have a way of their own, with lines to call.
public enum DangerPath: String, Sendable, CaseIterable, Decodable {
    case selfHarm = "self-harm"
    case abuse, poisoning
}

/// Signs that together mean danger, a line of `Data/Symptoms/red-flags`.
struct RedFlagRule: Sendable {
    /// `heart-attack.2` is another way to see the flag `heart-attack`.
    let id: String
    let title: String
    let urgency: Urgency
    let path: DangerPath?
    /// Of each list one concept must be present.
    let all: [[Int32]]
    /// None of these may be.
    let none: [Int32]
    /// Tokens between the first sign and the beginning of the last, at most.
    let within: Int
    /// Only in texts of at most so many words: a register's "chest pain" means now, one among a letter's twenty complaints may not.
    let maximumWords: Int?
    let ageYears: ClosedRange<Double>?
    /// Whether an unknown age fits.
    let acceptsUnknownAge: Bool
    let sex: PatientFacts.Sex?
    let isPregnant: Bool?
    let version: Int

    /// The flag it is about.
    var flag: String { String(id.prefix { $0 != "." }) }

    func fits(_ facts: PatientFacts) -> Bool {
        if let ageYears {
            guard let age = facts.ageYears else { return acceptsUnknownAge && fitsSexAndPregnancy(facts) }
            guard ageYears.contains(age) else { return false }
        }
        return fitsSexAndPregnancy(facts)
    }

    private func fitsSexAndPregnancy(_ facts: PatientFacts) -> Bool {
        if let sex, facts.sex != sex, facts.isPregnant != true || sex == .male { return false }
        if let isPregnant, (facts.isPregnant ?? false) != isPregnant { return false }
        return true
    }
}
