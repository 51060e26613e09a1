/// An index over a set of documents, built once and read by any number of threads. Only its signals change.
///
/// Rows are sorted by geohash (then id), so a cell of any size is one run of rows; rows without location come last.
public final class IndexSnapshot: Sendable {
    public let schema: IndexSchema
    /// Holds the memory that everything below points into.
    let image: IndexImage
    let columns: Columns
    let signals: SignalColumns
    let nodes: NodeTable
    let tagSlots: TagSlots
    let fieldLengths: FieldLengths
    let tags: TagIndex
    let terms: TermDictionary
    let postings: Postings
    let stored: StoredBytes
    let statistics: CorpusStatistics
    /// By scoring of the schema; `nil` where it does not join its fields.
    let jointFrequencies: [JointFrequencies?]

    /// Opens an image. O(rows) for what is recomputed: bounds of runs of rows and sums of lengths.
    /// - Throws: `SnapshotError.damaged` when sections do not fit together.
    init(_ image: IndexImage, schema: IndexSchema, tags: [Tag]) throws(SnapshotError) {
        self.schema = schema
        self.image = image
        columns = Columns(image)
        signals = SignalColumns(image)
        let lengths = image.column(.fieldLengths, as: UInt16.self)
        let jointLengths = image.column(.jointLengths, as: UInt16.self)
        fieldLengths = FieldLengths(
            byField: lengths.base, joint: jointLengths.base, rowCount: columns.rowCount, fieldCount: schema.fields.count)
        self.tags = TagIndex(
            tags: tags, dimensionCount: schema.tagDimensions.count, image: image, rowCount: columns.rowCount)
        terms = TermDictionary(image)
        postings = Postings(image, rowCount: columns.rowCount)
        stored = StoredBytes(image)
        guard columns.isSound, signals.hasCount(columns.rowCount) else { throw .damaged(section: "columns") }
        guard lengths.count == columns.rowCount * schema.fields.count,
            jointLengths.count == (schema.fields.isEmpty ? 0 : columns.rowCount * schema.fieldSets.count)
        else { throw .damaged(section: "fieldLengths") }
        guard self.tags.isSound else { throw .damaged(section: "tags") }
        guard terms.isSound, terms.count == postings.lists.count else { throw .damaged(section: "terms") }
        guard postings.isSound(fieldSetCount: schema.fieldSets.count, scoringCount: schema.scorings.count) else {
            throw .damaged(section: "postings")
        }
        guard stored.isSound(rowCount: columns.rowCount) else { throw .damaged(section: "stored") }
        nodes = NodeTable(columns, signals)
        tagSlots = TagSlots(self.tags, signals, nodes, rowCount: columns.rowCount)
        let statistics = CorpusStatistics(
            documentCount: columns.rowCount,
            totalLengths: IndexSnapshot.totalLengths(lengths, fieldCount: schema.fields.count))
        self.statistics = statistics
        let patterns = postings.patterns
        jointFrequencies = schema.scorings.map { scoring in
            let scorer = BM25F(scoring, schema: schema, statistics: statistics)
            return scorer.isJoint ? JointFrequencies(patterns, scorer) : nil
        }
    }

    static func totalLengths(_ lengths: Column<UInt16>, fieldCount: Int) -> [Int] {
        var sums = [Int](repeating: 0, count: fieldCount)
        var place = 0
        while place < lengths.count {
            for field in 0..<fieldCount { sums[field] &+= Int(lengths[place &+ field]) }
            place &+= fieldCount
        }
        return sums
    }

    /// Number of documents; those that share an id count each.
    public var rowCount: Int { columns.rowCount }

    /// Number of different terms.
    public var termCount: Int { terms.count }

    /// Metres from a prepared point, `nil` for a row without location.
    @inline(__always)
    func metres(from: DistanceFrom, row: Int) -> Double? {
        guard row < columns.locatedCount else { return nil }
        return from.metres(latitudeE7: columns.latitudesE7[row], longitudeE7: columns.longitudesE7[row])
    }

    /// Bytes held by the index structures, and those of the stored payloads apart.
    public var byteCount: (index: Int, stored: Int) {
        let stored: Set<SnapshotFormat.Section> = [.storedBytes, .storedEnds]
        return SnapshotFormat.Section.allCases.reduce((nodes.byteCount + tagSlots.byteCount, 0)) { sum, section in
            let count = image.bytes(section).count
            return stored.contains(section) ? (sum.0, sum.1 + count) : (sum.0 + count, sum.1)
        }
    }
}

/// The payloads of all rows in one buffer.
struct StoredBytes: Sendable {
    private let bytes: Column<UInt8>
    private let ends: Column<UInt64>

    init(_ image: IndexImage) {
        bytes = image.column(.storedBytes)
        ends = image.column(.storedEnds)
    }

    subscript(row: Int) -> UnsafeRawBufferPointer {
        let start = row == 0 ? 0 : Int(ends[row - 1])
        return UnsafeRawBufferPointer(start: bytes.base + start, count: Int(ends[row]) - start)
    }

    func isSound(rowCount: Int) -> Bool {
        ends.count == rowCount && (rowCount == 0 ? 0 : Int(clamping: ends[rowCount - 1])) == bytes.count
            && (0..<rowCount).allSatisfy { $0 == 0 || ends[$0 - 1] <= ends[$0] }
    }
}

/// Collects the payloads of rows in their final order.
struct StoredBytesWriter {
    /// The section itself: most of an index is in it, so a copy would be felt.
    private let bytes: UnsafeMutableRawBufferPointer
    private var ends: [UInt64] = []
    private var count = 0

    /// - Parameter byteCount: of all payloads together.
    init(byteCount: Int, in parts: inout IndexParts) { bytes = parts.reserve(.storedBytes, byteCount: byteCount) }

    mutating func append(_ payload: some Collection<UInt8>) {
        UnsafeMutableRawBufferPointer(rebasing: bytes[count..<count + payload.count]).copyBytes(from: payload)
        count += payload.count
        ends.append(UInt64(count))
    }

    func write(to parts: inout IndexParts) {
        precondition(count == bytes.count, "the payloads are of the size that was announced")
        parts.set(.storedEnds, ends)
    }
}
