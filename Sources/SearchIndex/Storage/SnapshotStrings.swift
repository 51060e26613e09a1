/// The names in a snapshot: the schema's and the tags' values, as lists of length-prefixed UTF-8.
struct SnapshotStrings {
    var fields: [String]
    var fieldSetNames: [String]
    var fieldSetMasks: [UInt8]
    var tagDimensions: [String]
    var tagValues: [String]

    init(_ snapshot: IndexSnapshot) {
        fields = snapshot.schema.fields
        fieldSetNames = snapshot.schema.fieldSets.map(\.name)
        fieldSetMasks = snapshot.schema.fieldSets.map(\.mask)
        tagDimensions = snapshot.schema.tagDimensions
        tagValues = snapshot.tags.tags.map(\.value)
    }

    var schema: IndexSchema {
        IndexSchema(
            fields: fields,
            fieldSets: zip(fieldSetNames, fieldSetMasks).map { name, mask in
                FieldSet(name: name, fields: (0..<IndexSchema.maximumFields).filter { mask >> UInt8($0) & 1 == 1 })
            },
            tagDimensions: tagDimensions)
    }

    func encoded() -> [UInt8] {
        var bytes: [UInt8] = []
        for list in [fields, fieldSetNames, tagDimensions, tagValues] {
            append(list.count, to: &bytes)
            for string in list {
                append(string.utf8.count, to: &bytes)
                bytes += string.utf8
            }
        }
        return bytes + fieldSetMasks
    }

    /// `nil` when the bytes do not hold what `encoded` writes.
    init?(_ bytes: [UInt8]) {
        var reader = Reader(bytes: bytes[...])
        guard let fields = reader.list(), let names = reader.list(), let dimensions = reader.list(),
            let values = reader.list(), reader.bytes.count == names.count, fields.count <= IndexSchema.maximumFields
        else { return nil }
        self.fields = fields
        fieldSetNames = names
        fieldSetMasks = Array(reader.bytes)
        tagDimensions = dimensions
        tagValues = values
        guard fieldSetMasks.allSatisfy({ Int($0) < 1 << fields.count }) else { return nil }
    }

    private func append(_ count: Int, to bytes: inout [UInt8]) {
        withUnsafeBytes(of: UInt32(count).littleEndian) { bytes += $0 }
    }

    private struct Reader {
        var bytes: ArraySlice<UInt8>

        mutating func count() -> Int? {
            guard bytes.count >= 4 else { return nil }
            let value = bytes.prefix(4).enumerated().reduce(0) { $0 | Int($1.element) << (8 * $1.offset) }
            bytes = bytes.dropFirst(4)
            return value
        }

        mutating func list() -> [String]? {
            guard let count = count(), count <= bytes.count else { return nil }
            var strings: [String] = []
            for _ in 0..<count {
                guard let length = self.count(), length <= bytes.count else { return nil }
                strings.append(String(decoding: bytes.prefix(length), as: UTF8.self))
                bytes = bytes.dropFirst(length)
            }
            return strings
        }
    }
}
