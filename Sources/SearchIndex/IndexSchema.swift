/// The shape every document of an index shares. Up to eight fields, since a posting names its fields in one byte.
public struct IndexSchema: Hashable, Sendable {
    /// Names of the text fields; a field is known by its position.
    public let fields: [String]
    /// Named groups of fields that a query can search; statistics are kept for each.
    public let fieldSets: [FieldSet]
    /// Names of the kinds of tag; a dimension is known by its position.
    public let tagDimensions: [String]
    /// The scorings that most queries use; the index keeps what it takes to skip rows under them. Other scorings work
    /// and look at more rows.
    public let scorings: [TextScoring]

    public init(fields: [String], fieldSets: [FieldSet], tagDimensions: [String], scorings: [TextScoring] = []) {
        precondition(fields.count <= IndexSchema.maximumFields, "a posting has room for eight fields")
        precondition(fieldSets.allSatisfy { Int($0.mask) < 1 << fields.count }, "a field set names a field that is not there")
        self.fields = fields
        self.fieldSets = fieldSets
        self.tagDimensions = tagDimensions
        self.scorings = scorings
    }

    static let maximumFields = 8
}

/// Fields searched together.
public struct FieldSet: Hashable, Sendable {
    public let name: String
    /// Bit `f` is set when field `f` belongs.
    let mask: UInt8

    public init(name: String, fields: [Int]) {
        precondition(fields.allSatisfy((0..<IndexSchema.maximumFields).contains), "a field set names a field that is not there")
        self.name = name
        mask = fields.reduce(0) { $0 | 1 << UInt8($1) }
    }

    /// The bytes of a frequency pattern that belong to the set.
    var patternBits: UInt64 {
        (0..<IndexSchema.maximumFields).reduce(0) { $0 | (contains($1) ? 255 << UInt64($1 << 3) : 0) }
    }

    func contains(_ field: Int) -> Bool { mask >> UInt8(field) & 1 == 1 }
}
