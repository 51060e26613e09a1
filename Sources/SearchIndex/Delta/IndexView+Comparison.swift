extension IndexView {
    /// The ids of a range that have documents here, each once, ascending. O(log rows + ids found).
    public func recordIDs(in range: ClosedRange<Int64>) -> [Int64] {
        var found: [Int64] = []
        for segment in segments {
            let columns = segment.snapshot.columns
            var place = columns.firstPlace(notBelow: range.lowerBound)
            while place < columns.rowCount {
                let row = Int(columns.rowsByID[place])
                guard columns.ids[row] <= range.upperBound else { break }
                if !segment.deleted.contains(row) { found.append(columns.ids[row]) }
                place += 1
            }
        }
        found.sort()
        var unique: [Int64] = []
        for id in found where unique.last != id { unique.append(id) }
        return unique
    }

    /// Whether applying the change would alter anything. O(documents of the record · their bytes).
    public func differs(_ change: IndexChange) -> Bool {
        var expected = change.documents.map { ($0.contentHash, StoredSignals($0.signals)) }
        for segment in segments {
            for row in segment.currentRows(of: change.id) {
                let (hash, signals) = (segment.snapshot.columns.contentHashes[row], segment.snapshot.signals.stored(row))
                guard let place = expected.firstIndex(where: { $0.0 == hash && $0.1 == signals }) else { return true }
                expected.remove(at: place)
            }
        }
        return !expected.isEmpty
    }
}
