import SearchIndex

/// The one relevance formula of doctor search. Weights add up to 1; every component lies in [0, 1].
///
/// Chosen by hand, to be fitted to judged queries: distance and words matter most, then the right specialty, then
/// what other patients say, then how soon and how dear. Nobody can pay for a place.
enum RelevanceFormula {
    enum Weight {
        static let text = 0.30
        static let specialty = 0.15
        static let distance = 0.25
        static let rating = 0.15
        static let availability = 0.10
        static let fee = 0.05
    }

    /// The text score that is worth half of the text weight, about one well-matched word.
    static let textHalfScore = 3.0
    /// A second specialty is worth less than the first: the doctor sees fewer such patients.
    static let secondarySpecialtyValue = 0.6
    /// Half the distance weight is left at this distance.
    static let distancePivotMetres = 5_000.0
    /// Half the fee weight is left at this fee, about what a general practitioner asks.
    static let feePivotCents = 60_000.0
    /// A slot so far away is worth nothing.
    static let availabilityHorizonMinutes = 30.0 * 24 * 60

    static func blend(hasText: Bool, specialties: [String], origin: GeoPoint?, nowMinute: Int) -> Blend {
        var parts: [Blend.Part] = []
        if hasText { parts.append(.init("text", weight: Weight.text, .text(halfScore: textHalfScore))) }
        if !specialties.isEmpty {
            let preferred = specialties.flatMap {
                [
                    PreferredTag(DoctorSchema.tag(.primarySpecialty, $0), value: 1),
                    PreferredTag(DoctorSchema.tag(.specialty, $0), value: secondarySpecialtyValue),
                ]
            }
            parts.append(.init("specialty", weight: Weight.specialty, .preferredTags(preferred)))
        }
        if let origin {
            parts.append(
                .init("distance", weight: Weight.distance, .decayingDistance(from: origin, pivotMetres: distancePivotMetres)))
        }
        parts.append(.init("rating", weight: Weight.rating, .quality))
        parts.append(
            .init(
                "availability", weight: Weight.availability,
                .availability(nowMinute: nowMinute, horizonMinutes: availabilityHorizonMinutes, countsPast: false)))
        parts.append(.init("fee", weight: Weight.fee, .fee(pivotCents: feePivotCents)))
        return Blend(parts)
    }

    /// Names weigh most, a word somewhere in a biography least; only long fields are normalised by length much.
    static let textScoring = TextScoring(
        fieldSet: 0,
        fieldWeights: byField([.name: 3, .specialty: 2.5, .focus: 2, .practice: 1.5, .biography: 1, .place: 1, .registration: 3]),
        lengthNorm: .perField(
            b: byField([.name: 0.2, .specialty: 0.2, .focus: 0.3, .practice: 0.2, .biography: 0.6, .place: 0.1, .registration: 0])))

    private static func byField(_ values: [DoctorSchema.Field: Double]) -> [Double] {
        DoctorSchema.Field.allCases.map { values[$0] ?? 0 }
    }
}
