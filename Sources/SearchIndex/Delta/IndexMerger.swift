/// Joins segments into one, leaving out deleted rows, without going back to the documents.
enum IndexMerger {
    /// O(rows + postings + terms) of all segments.
    static func merge(_ segments: [IndexView.Segment], schema: IndexSchema) -> IndexSnapshot {
        let order = rowOrder(segments)
        var newRows = segments.map { [UInt32](repeating: noRow, count: $0.snapshot.rowCount) }
        var columns = Columns()
        var fieldLengths: [UInt16] = []
        var tags = TagIndexBuilder()
        var stored = StoredBytes()
        let fieldCount = schema.fields.count
        for (new, old) in order.enumerated() {
            let snapshot = segments[old.segment].snapshot
            newRows[old.segment][old.row] = UInt32(new)
            columns.append(row: old.row, of: snapshot.columns)
            fieldLengths += snapshot.fieldLengths[old.row * fieldCount..<(old.row + 1) * fieldCount]
            tags.appendRow(snapshot.tags.numbers(ofRow: old.row).lazy.map { snapshot.tags.tags[Int($0)] })
            stored.append(snapshot.stored[old.row])
        }
        let (terms, postings) = mergePostings(segments.map(\.snapshot), newRows: newRows)
        return IndexSnapshot(
            schema: schema, columns: columns, fieldLengths: fieldLengths, tags: tags.build(), terms: terms,
            postings: postings, stored: stored)
    }

    private static let noRow = UInt32.max

    /// The rows that stay, in the order `IndexBuilder` gives: by geohash, then id, rows without location last.
    private static func rowOrder(_ segments: [IndexView.Segment]) -> [RowReference] {
        var heads = segments.indices.map { nextLive(segments[$0], from: 0) }
        var order: [RowReference] = []
        while true {
            var best: (segment: Int, key: RowKey)?
            for segment in segments.indices where heads[segment] < segments[segment].snapshot.rowCount {
                let key = RowKey(segments[segment].snapshot.columns, row: heads[segment])
                if let current = best, !(key < current.key) { continue }
                best = (segment, key)
            }
            guard let segment = best?.segment else { return order }
            order.append(RowReference(segment: segment, row: heads[segment]))
            heads[segment] = nextLive(segments[segment], from: heads[segment] + 1)
        }
    }

    private static func nextLive(_ segment: IndexView.Segment, from row: Int) -> Int {
        var row = row
        while row < segment.snapshot.rowCount, segment.deleted.contains(row) { row += 1 }
        return row
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

    /// Walks all dictionaries in step; a segment's postings stay ascending under the new row numbers.
    private static func mergePostings(
        _ snapshots: [IndexSnapshot], newRows: [[UInt32]]
    ) -> (TermDictionary, PostingLists) {
        var patterns = FrequencyPatternTable()
        let newPatterns = snapshots.map { $0.postings.patterns.map { patterns.number(of: $0) } }
        var heads = [Int](repeating: 0, count: snapshots.count)
        var bytes: [UInt8] = []
        var ends: [UInt32] = []
        var result = PostingLists(rows: [], patternNumbers: [], starts: [0], patterns: [])
        while let term = smallestTerm(snapshots, heads) {
            var merged: [(row: UInt32, pattern: UInt16)] = []
            var sources = 0
            for (segment, snapshot) in snapshots.enumerated()
            where heads[segment] < snapshot.terms.count && snapshot.terms[heads[segment]] == term {
                for i in snapshot.postings.range(of: heads[segment]) {
                    let row = newRows[segment][Int(snapshot.postings.rows[i])]
                    if row != noRow { merged.append((row, newPatterns[segment][Int(snapshot.postings.patternNumbers[i])])) }
                }
                heads[segment] += 1
                sources += 1
            }
            guard !merged.isEmpty else { continue }
            if sources > 1 { merged.sort { $0.row < $1.row } }
            bytes += term
            ends.append(UInt32(bytes.count))
            for posting in merged {
                result.rows.append(posting.row)
                result.patternNumbers.append(posting.pattern)
            }
            result.starts.append(UInt32(result.rows.count))
        }
        result.patterns = patterns.patterns
        return (TermDictionary(bytes: bytes, ends: ends), result)
    }

    private static func smallestTerm(_ snapshots: [IndexSnapshot], _ heads: [Int]) -> ArraySlice<UInt8>? {
        var smallest: ArraySlice<UInt8>?
        for (snapshot, head) in zip(snapshots, heads) where head < snapshot.terms.count {
            let term = snapshot.terms[head]
            if let known = smallest, !term.lexicographicallyPrecedes(known) { continue }
            smallest = term
        }
        return smallest
    }
}
