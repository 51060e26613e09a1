/// The snapshot's texts and its schema, little-endian: counts in 4 bytes, texts as length and UTF-8, numbers in 8 bytes.
struct SnapshotStrings {
    let schema: IndexSchema
    let tagValues: [String]

    init(_ snapshot: IndexSnapshot) {
        schema = snapshot.schema
        tagValues = snapshot.tags.tags.map(\.value)
    }

    func encoded() -> [UInt8] {
        var writer = Writer()
        writer.append(schema.fields)
        writer.append(schema.fieldSets.map(\.name))
        for set in schema.fieldSets { writer.append(UInt64(set.mask)) }
        writer.append(schema.tagDimensions)
        writer.append(tagValues)
        writer.append(count: schema.scorings.count)
        for scoring in schema.scorings {
            writer.append(UInt64(scoring.fieldSet))
            writer.append(scoring.k1.bitPattern)
            writer.append(numbers: scoring.fieldWeights)
            switch scoring.lengthNorm {
            case .joint(let b): writer.append(numbers: [b])
            case .perField(let bs): writer.append(numbers: bs)
            }
            writer.append(count: scoring.lengthNorm.isJoint ? 1 : 0)
        }
        return writer.bytes
    }

    /// `nil` when the bytes do not hold what `encoded` writes.
    init?(_ bytes: UnsafeRawBufferPointer) {
        var reader = Reader(bytes: bytes)
        guard let fields = reader.strings(), fields.count <= IndexSchema.maximumFields, let names = reader.strings(),
            let fieldSets = SnapshotStrings.fieldSets(names, fieldCount: fields.count, &reader),
            let dimensions = reader.strings(), let values = reader.strings(),
            let scorings = SnapshotStrings.scorings(setCount: names.count, &reader), reader.isAtEnd
        else { return nil }
        schema = IndexSchema(fields: fields, fieldSets: fieldSets, tagDimensions: dimensions, scorings: scorings)
        tagValues = values
    }

    private static func fieldSets(_ names: [String], fieldCount: Int, _ reader: inout Reader) -> [FieldSet]? {
        var sets: [FieldSet] = []
        for name in names {
            guard let mask = reader.word(), mask < 1 << UInt64(fieldCount) else { return nil }
            sets.append(FieldSet(name: name, fields: (0..<fieldCount).filter { mask >> UInt64($0) & 1 == 1 }))
        }
        return sets
    }

    private static func scorings(setCount: Int, _ reader: inout Reader) -> [TextScoring]? {
        guard let count = reader.count() else { return nil }
        var scorings: [TextScoring] = []
        for _ in 0..<count {
            guard let set = reader.word(), set < UInt64(setCount), let k1 = reader.word(), let weights = reader.numbers(),
                let bs = reader.numbers(), let isJoint = reader.count(), isJoint == 0 || bs.count == 1
            else { return nil }
            scorings.append(
                TextScoring(
                    fieldSet: Int(set), fieldWeights: weights, k1: Double(bitPattern: k1),
                    lengthNorm: isJoint == 1 ? .joint(b: bs[0]) : .perField(b: bs)))
        }
        return scorings
    }

    private struct Writer {
        var bytes: [UInt8] = []

        mutating func append(count: Int) { withUnsafeBytes(of: UInt32(count).littleEndian) { bytes += $0 } }

        mutating func append(_ word: UInt64) { withUnsafeBytes(of: word.littleEndian) { bytes += $0 } }

        mutating func append(numbers: [Double]) {
            append(count: numbers.count)
            for number in numbers { append(number.bitPattern) }
        }

        mutating func append(_ strings: [String]) {
            append(count: strings.count)
            for string in strings {
                append(count: string.utf8.count)
                bytes += string.utf8
            }
        }
    }

    private struct Reader {
        private let bytes: UnsafeRawBufferPointer
        private var offset = 0

        init(bytes: UnsafeRawBufferPointer) { self.bytes = bytes }

        var isAtEnd: Bool { offset == bytes.count }

        mutating func count() -> Int? { load(UInt32.self).map { Int($0) } }

        mutating func word() -> UInt64? { load(UInt64.self) }

        private mutating func load<Value: FixedWidthInteger & BitwiseCopyable>(_: Value.Type) -> Value? {
            let size = MemoryLayout<Value>.size
            guard bytes.count - offset >= size else { return nil }
            defer { offset += size }
            return Value(littleEndian: bytes.loadUnaligned(fromByteOffset: offset, as: Value.self))
        }

        mutating func numbers() -> [Double]? {
            guard let count = count(), count <= bytes.count else { return nil }
            var numbers: [Double] = []
            for _ in 0..<count {
                guard let word = word() else { return nil }
                numbers.append(Double(bitPattern: word))
            }
            return numbers
        }

        mutating func strings() -> [String]? {
            guard let count = count(), count <= bytes.count else { return nil }
            var strings: [String] = []
            for _ in 0..<count {
                guard let length = self.count(), length <= bytes.count - offset else { return nil }
                strings.append(String(decoding: bytes[offset..<(offset + length)], as: UTF8.self))
                offset += length
            }
            return strings
        }
    }
}

extension TextScoring.LengthNorm {
    fileprivate var isJoint: Bool {
        if case .joint = self { true } else { false }
    }
}
