import SearchIndex

/// The shape of the doctor index: which text is searched, what is filtered and counted.
enum DoctorSchema {
    enum Field: Int, CaseIterable {
        case name, specialty, focus, practice, biography, place, registration
    }
    enum TagDimension: Int, CaseIterable {
        case specialty, primarySpecialty, scheme, language, gender, telehealth
    }

    static let schema = IndexSchema(
        fields: Field.allCases.map { "\($0)" },
        fieldSets: [FieldSet(name: "all", fields: Field.allCases.map(\.rawValue))],
        tagDimensions: TagDimension.allCases.map { "\($0)" }, scorings: [RelevanceFormula.textScoring])

    static func tag(_ dimension: TagDimension, _ value: String) -> Tag { Tag(dimension: dimension.rawValue, value: value) }
}
