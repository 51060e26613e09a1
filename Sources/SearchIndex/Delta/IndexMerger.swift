/// Joins segments into one, leaving out deleted rows, without going back to the documents.
struct IndexMerger {
    private let segments: [IndexView.Segment]
    private let schema: IndexSchema
    /// The rows that stay, in their new order.
    private let order: [RowReference]
    /// By segment, the new number of each row; `noRow` for those left out.
    private let newRows: [[UInt32]]
    private static let noRow = UInt32.max

    /// O(rows + postings + terms) of all segments.
    static func merge(_ segments: [IndexView.Segment], schema: IndexSchema) -> IndexSnapshot {
        let merger = IndexMerger(segments, schema: schema)
        var parts = IndexParts()
        let lengths = merger.writeColumns(to: &parts)
        let tags = merger.writeTags(to: &parts)
        merger.writeText(lengths, to: &parts)
        return IndexSnapshot(built: parts.image(), schema: schema, tags: tags)
    }

    private init(_ segments: [IndexView.Segment], schema: IndexSchema) {
        self.segments = segments
        self.schema = schema
        order = IndexMerger.rowOrder(segments)
        var newRows = segments.map { [UInt32](repeating: IndexMerger.noRow, count: $0.snapshot.rowCount) }
        for (new, old) in order.enumerated() { newRows[old.segment][old.row] = UInt32(new) }
        self.newRows = newRows
    }

    // MARK: Rows

    /// The order `IndexBuilder` gives: by geohash, then id, rows without location last.
    private static func rowOrder(_ segments: [IndexView.Segment]) -> [RowReference] {
        var heads = segments.map { nextLive($0, from: 0) }
        var keys = segments.indices.map { key(segments[$0], heads[$0]) }
        var order: [RowReference] = []
        while true {
            var best: Int?
            for segment in segments.indices where keys[segment] != nil {
                if let known = best, let a = keys[segment], let b = keys[known], !(a < b) { continue }
                best = segment
            }
            guard let segment = best else { return order }
            order.append(RowReference(segment: segment, row: heads[segment]))
            heads[segment] = nextLive(segments[segment], from: heads[segment] + 1)
            keys[segment] = key(segments[segment], heads[segment])
        }
    }

    private static func nextLive(_ segment: IndexView.Segment, from row: Int) -> Int {
        var row = row
        while row < segment.snapshot.rowCount, segment.deleted.contains(row) { row += 1 }
        return row
    }

    private static func key(_ segment: IndexView.Segment, _ row: Int) -> RowKey? {
        row < segment.snapshot.rowCount ? RowKey(segment.snapshot.columns, row: row) : nil
    }

    private struct RowKey: Comparable {
        let isUnlocated: Bool
        let code: UInt64
        let id: Int64

        init(_ columns: Columns, row: Int) {
            isUnlocated = row >= columns.locatedCount
            code = isUnlocated ? 0 : columns.geohash(row).code
            id = columns.ids[row]
        }

        static func < (a: RowKey, b: RowKey) -> Bool {
            if a.isUnlocated != b.isUnlocated { return b.isUnlocated }
            return (a.code, a.id) < (b.code, b.id)
        }
    }

    private func writeColumns(to parts: inout IndexParts) -> [UInt16] {
        var columns = ColumnsWriter(rowCount: order.count)
        var signals = SignalsWriter()
        var stored = StoredBytesWriter(
            byteCount: order.reduce(0) { $0 + segments[$1.segment].snapshot.stored[$1.row].count }, in: &parts)
        var lengths: [UInt16] = []
        for old in order {
            let snapshot = segments[old.segment].snapshot
            let isLocated = old.row < snapshot.columns.locatedCount
            columns.append(
                id: snapshot.columns.ids[old.row],
                location: isLocated
                    ? GeoPoint(
                        latitudeE7: snapshot.columns.latitudesE7[old.row], longitudeE7: snapshot.columns.longitudesE7[old.row])
                    : nil,
                contentHash: snapshot.columns.contentHashes[old.row])
            signals.append(snapshot.signals.stored(old.row))
            stored.append(snapshot.stored[old.row])
            for field in schema.fields.indices {
                lengths.append(snapshot.fieldLengths.byField[old.row * schema.fields.count + field])
            }
        }
        columns.write(to: &parts)
        signals.write(to: &parts)
        stored.write(to: &parts)
        return lengths
    }

    // MARK: Tags

    private func writeTags(to parts: inout IndexParts) -> [Tag] {
        let tags = Set(segments.flatMap(\.snapshot.tags.tags))
            .sorted { ($0.dimension, $0.value) < ($1.dimension, $1.value) }
        var writer = TagIndexWriter(rowCount: order.count, dimensionCount: schema.tagDimensions.count)
        var rows: [UInt32] = []
        for tag in tags {
            rows.removeAll(keepingCapacity: true)
            for (number, segment) in segments.enumerated() {
                segment.snapshot.tags.rows(of: tag).forEach(rowCount: segment.snapshot.rowCount) { row, _ in
                    if newRows[number][row] != IndexMerger.noRow { rows.append(newRows[number][row]) }
                }
            }
            guard !rows.isEmpty else { continue }
            if segments.count > 1 { rows.sort() }
            rows.withUnsafeBufferPointer { writer.append(tag, $0) }
        }
        return writer.write(to: &parts)
    }

    // MARK: Text

    /// Walks all dictionaries in step.
    private func writeText(_ lengths: [UInt16], to parts: inout IndexParts) {
        var patterns = FrequencyPatternTable()
        let newCodes = segments.map { $0.snapshot.postings.patterns.map { patterns.number(of: $0) } }
        TextWriter(schema: schema, rowCount: order.count, lengths: lengths, patterns: patterns.patterns)
            .write(to: &parts) { append in
                var heads = [Int](repeating: 0, count: segments.count)
                var postings: [(row: UInt32, code: UInt16)] = []
                while let term = smallestTerm(heads) {
                    postings.removeAll(keepingCapacity: true)
                    var sources = 0
                    for (number, segment) in segments.enumerated()
                    where isTerm(term, at: heads[number], of: segment.snapshot) {
                        addPostings(of: heads[number], segment: number, newCodes[number], to: &postings)
                        heads[number] += 1
                        sources += 1
                    }
                    guard !postings.isEmpty else { continue }
                    if sources > 1 { postings.sort { $0.row < $1.row } }
                    let (rows, codes) = (postings.map(\.row), postings.map(\.code))
                    rows.withUnsafeBufferPointer { rows in codes.withUnsafeBufferPointer { append(term, rows, $0) } }
                }
            }
    }

    private func addPostings(
        of term: Int, segment number: Int, _ codes: [UInt16], to postings: inout [(row: UInt32, code: UInt16)]
    ) {
        let snapshot = segments[number].snapshot
        let first = Int(snapshot.postings.starts[term])
        snapshot.postings.lists[term].forEach(rowCount: snapshot.rowCount) { row, place in
            let newRow = newRows[number][row]
            if newRow != IndexMerger.noRow { postings.append((newRow, codes[snapshot.postings.code(posting: first + place)])) }
        }
    }

    private func smallestTerm(_ heads: [Int]) -> UnsafeBufferPointer<UInt8>? {
        var smallest: UnsafeBufferPointer<UInt8>?
        for (segment, head) in zip(segments, heads) where head < segment.snapshot.terms.count {
            let term = segment.snapshot.terms[head]
            if let known = smallest, compare(term, known) >= 0 { continue }
            smallest = term
        }
        return smallest
    }

    private func isTerm(_ term: UnsafeBufferPointer<UInt8>, at head: Int, of snapshot: IndexSnapshot) -> Bool {
        head < snapshot.terms.count && compare(snapshot.terms[head], term) == 0
    }
}
