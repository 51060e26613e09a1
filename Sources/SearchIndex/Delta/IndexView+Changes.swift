/// The new state of one record: all its documents, or none when it is gone.
public struct IndexChange: Sendable {
    public let id: Int64
    public let documents: [IndexedDocument]

    /// Every document must bear `id`.
    public init(id: Int64, documents: [IndexedDocument]) {
        precondition(documents.allSatisfy { $0.id == id }, "a change holds the documents of one record")
        self.id = id
        self.documents = documents
    }
}

extension IndexView {
    /// This view with records replaced, added or removed; of several changes to one record the last counts.
    /// Applying a change twice is the same as once. O(rows changed since the base was built + terms of the changes).
    public func applying(_ changes: [IndexChange]) -> IndexView {
        let latest = Dictionary(changes.map { ($0.id, $0) }, uniquingKeysWith: { $1 })
        var result = self
        for index in result.segments.indices { result.segments[index].delete(ids: latest.keys) }
        var builder = IndexBuilder(schema: schema)
        for change in latest.values.sorted(by: { $0.id < $1.id }) { change.documents.forEach { builder.add($0) } }
        let changed = Array(result.segments.dropFirst()) + [Segment(builder.build())]
        let delta = IndexMerger.merge(changed, schema: schema)
        result.segments = [result.segments[0]] + (delta.rowCount > 0 ? [Segment(delta)] : [])
        return result
    }

    /// All segments as one, without what was deleted. O(documents + postings); run it beside the serving view.
    public func merged() -> IndexSnapshot { IndexMerger.merge(segments, schema: schema) }

    /// This view on a base that was merged from an earlier state of it, keeping only the records changed since.
    /// - Parameter changedIDs: every record changed between that state and this one.
    public func rebased(onto base: IndexSnapshot, changedIDs: Set<Int64>) -> IndexView {
        var result = IndexView(base)
        result.segments[0].delete(ids: changedIDs)
        let changed = segments.dropFirst().map { segment in
            var kept = segment
            for row in 0..<segment.snapshot.rowCount where !changedIDs.contains(segment.snapshot.columns.ids[row]) {
                kept.deleted.insert(row)
            }
            return kept
        }
        let delta = IndexMerger.merge(changed, schema: schema)
        if delta.rowCount > 0 { result.segments.append(Segment(delta)) }
        return result
    }
}

extension IndexView.Segment {
    mutating func delete(ids: some Sequence<Int64>) {
        for id in ids {
            for place in snapshot.columns.places(of: id) { deleted.insert(Int(snapshot.columns.rowsByID[place])) }
        }
    }
}
