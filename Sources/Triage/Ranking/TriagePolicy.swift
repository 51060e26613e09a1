/// From a ranking to an answer: whom children and pregnant women are sent to, and what to say under uncertainty.
struct TriagePolicy: Sendable {
    private let generalPractice = "general-practice"

    /// Kinds of doctor that a child sees only through, or beside, a paediatrician.
    private static let adultMedicine: Set<String> = [
        "general-practice", "internal-medicine", "pulmonology", "gastroenterology", "infectious-diseases", "allergy-immunology", "nephrology",
        "endocrinology", "cardiology", "haematology", "rheumatology",
    ]
    /// The same for a pregnant woman and an obstetrician.
    private static let pregnancyMedicine: Set<String> = [
        "general-practice", "internal-medicine", "gastroenterology", "midwifery", "nephrology", "urology", "cardiology", "endocrinology",
        "haematology", "general-surgery", "reproductive-medicine",
    ]
    private static let child = 0.0..<13.0
    /// Below this the best specialty is a guess, and a general practitioner sorts it out.
    static let lowestConfidence = 0.1

    /// At most three, best first; general practice first where nothing stands out.
    func choose(_ ranked: [RankedSpecialty], facts: PatientFacts, isUnderstood: Bool) -> [RankedSpecialty] {
        guard isUnderstood else { return [fallback(ranked, generalPractice), fallback(ranked, "nursing")].compactMap(\.self) }
        var order = ranked
        if facts.sex == .male { order.removeAll { $0.specialty == "midwifery" } }
        if let age = facts.ageYears, Self.child.contains(age) {
            promote("paediatrics", before: Self.adultMedicine, in: &order)
        } else if let age = facts.ageYears, age >= 18 {
            order.removeAll { ["paediatrics", "neonatology", "paediatric-surgery"].contains($0.specialty) }
        }
        if facts.isPregnant == true { promote("obstetrics-gynaecology", before: Self.pregnancyMedicine, in: &order) }
        var chosen = Array(order.prefix(3))
        if let first = chosen.first, first.confidence < Self.lowestConfidence, let general = fallback(ranked, generalPractice) {
            chosen = [general] + chosen.filter { $0.specialty != generalPractice }.prefix(2)
        }
        return chosen
    }

    /// Puts a specialty before the first of a group, and among the first three in any case.
    private func promote(_ specialty: String, before group: Set<String>, in order: inout [RankedSpecialty]) {
        guard let index = order.firstIndex(where: { $0.specialty == specialty }) else { return }
        let one = order.remove(at: index)
        let first = order.firstIndex { group.contains($0.specialty) } ?? order.count
        order.insert(one, at: min(index, first, 2))
    }

    private func fallback(_ ranked: [RankedSpecialty], _ specialty: String) -> RankedSpecialty? {
        ranked.first { $0.specialty == specialty }
    }
}
