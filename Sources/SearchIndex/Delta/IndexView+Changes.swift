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
    /// Applying a change twice is the same as once.
    ///
    /// Segments behind the base shrink by `levelRatio`, as in a log-structured merge tree: the changes join every segment
    /// too small to stand before them. O(changes * log(rows changed since the base was built)) over many calls.
    public func applying(_ changes: [IndexChange]) -> IndexView {
        let latest = Dictionary(changes.map { ($0.id, $0) }, uniquingKeysWith: { $1 })
        var builder = IndexBuilder(schema: schema)
        for change in latest.values.sorted(by: { $0.id < $1.id }) { change.documents.forEach { builder.add($0) } }
        var next = segments
        for index in next.indices { next[index].delete(ids: latest.keys) }
        var joined = [Segment(builder.build())]
        var rowCount = joined[0].snapshot.rowCount
        while next.count > 1, let last = next.last, last.snapshot.rowCount < IndexView.levelRatio * rowCount || last.isEmpty {
            rowCount += last.snapshot.rowCount
            joined.append(next.removeLast())
        }
        let delta = joined.count == 1 ? joined[0].snapshot : IndexMerger.merge(joined, schema: schema)
        if delta.rowCount > 0 { next.append(Segment(delta)) }
        var result = self
        result.segments = next
        return result
    }

    /// A search looks its words up in each segment, so few matter more than little merging.
    private static let levelRatio = 4

    /// All segments as one, without what was deleted: the base itself when nothing changed. O(documents + postings); run it
    /// beside the serving view.
    public func merged() -> IndexSnapshot {
        if segments.count == 1, segments[0].deleted.count == 0 { return segments[0].snapshot }
        return IndexMerger.merge(segments, schema: schema)
    }

    /// Whether the view's base is this very snapshot.
    public func isBased(on snapshot: IndexSnapshot) -> Bool { segments[0].snapshot === snapshot }

    /// Stores in place what the changes alter of signals alone: nothing is indexed anew, and every view of the same
    /// segments sees it, each number old or new. One writer at a time.
    /// - Returns: the changes that alter more, for `applying`.
    public func updatingSignals(_ changes: [IndexChange]) -> [IndexChange] {
        changes.filter { change in !segments.contains { $0.updateSignals(change) } }
    }

    /// This view on a base that was merged from an earlier state of it, keeping what changed since.
    /// - Parameter changedIDs: every record changed between that state and this one, be it in its signals alone.
    public func rebased(onto base: IndexSnapshot, changedIDs: Set<Int64>) -> IndexView {
        var result = IndexView(base)
        let unmoved = changedIDs.filter { !segments[0].currentRows(of: $0).isEmpty }
        for id in unmoved {
            // The merge kept their order.
            for (old, new) in zip(segments[0].currentRows(of: id), result.segments[0].currentRows(of: id)) {
                base.update(row: new, segments[0].snapshot.signals.stored(old))
            }
        }
        result.segments[0].delete(ids: changedIDs.subtracting(unmoved))
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

extension IndexSnapshot {
    /// Snapshots of one schema, at least one, as a single snapshot; no record may be in two of them. O(documents + postings).
    public static func joining(_ snapshots: [IndexSnapshot]) -> IndexSnapshot {
        precondition(!snapshots.isEmpty, "there is nothing to join")
        return snapshots.count == 1 ? snapshots[0] : IndexMerger.merge(snapshots.map { IndexView.Segment($0) }, schema: snapshots[0].schema)
    }

    /// Changes a row's signals under the readers. Bounds come first, so that no reader passes the row over for an old one.
    fileprivate func update(row: Int, _ new: StoredSignals) {
        nodes.widen(row: row, by: new)
        tagSlots.widen(row: row, to: new.nextAvailableMinute)
        signals.store(new, row: row)
    }
}

extension IndexView.Segment {
    fileprivate var isEmpty: Bool { deleted.count == snapshot.rowCount }

    mutating func delete(ids: some Sequence<Int64>) {
        for id in ids {
            for place in snapshot.columns.places(of: id) { deleted.insert(Int(snapshot.columns.rowsByID[place])) }
        }
    }

    /// The rows of a record that count, ascending.
    func currentRows(of id: Int64) -> [Int] {
        snapshot.columns.places(of: id).map { Int(snapshot.columns.rowsByID[$0]) }.filter { !deleted.contains($0) }
    }

    /// Whether the record is here and differs in signals at most, which are stored then.
    fileprivate func updateSignals(_ change: IndexChange) -> Bool {
        var rows = currentRows(of: change.id)
        guard !rows.isEmpty, rows.count == change.documents.count else { return false }
        var updates: [(row: Int, signals: StoredSignals)] = []
        for document in change.documents {
            let hash = document.contentHash
            guard let place = rows.firstIndex(where: { snapshot.columns.contentHashes[$0] == hash }) else { return false }
            updates.append((rows.remove(at: place), StoredSignals(document.signals)))
        }
        for (row, signals) in updates where snapshot.signals.stored(row) != signals { snapshot.update(row: row, signals) }
        return true
    }
}
