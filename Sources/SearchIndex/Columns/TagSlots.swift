/// The earliest slot among the rows that bear a tag, for every node of the `NodeTable`: a leaf's earliest slot is seldom one of the
/// specialty asked for. Kept for tags of neither few nor most rows, where it tells more than that. Minutes only become earlier when signals
/// change in place, so a bound is never too tight.
final class TagSlots: Sendable {
    private let nodes: NodeTable
    private let tags: TagIndex
    /// By tag number: which of the tables is its, or -1.
    private let tables: [Int]
    private let keptTags: [Int]
    /// Table after table, node after node.
    private let leastMinutes: VolatileColumn<Int32>
    private let nodeCount: Int

    /// A row in so many: below, rows are looked at one by one sooner than leaves.
    private static let rarest = RowGroup.leafRows
    private static let commonest = 2

    /// O(rows that bear a kept tag).
    init(_ tags: TagIndex, _ signals: SignalColumns, _ nodes: NodeTable, rowCount: Int) {
        (self.tags, self.nodes) = (tags, nodes)
        keptTags = tags.tags.indices.filter { tag in
            let count = Int(tags.lists.counts[tag])
            return count * TagSlots.rarest > rowCount && count * TagSlots.commonest < rowCount
        }
        var tables = Array(repeating: -1, count: tags.tags.count)
        for (table, tag) in keptTags.enumerated() { tables[tag] = table }
        self.tables = tables
        nodeCount = nodes.boxes.count
        leastMinutes = VolatileColumn(repeating: Columns.noSlot, count: keptTags.count * nodeCount)
        for (table, tag) in keptTags.enumerated() {
            tags.lists[tag].forEach(rowCount: rowCount) { row, _ in widen(table, nodes.leaf(row), by: signals.nextAvailableMinutes[row]) }
            // From leaf to window to region, once each.
            for leaf in 0..<nodes.leafCount { widen(table, nodes.parent(ofLeaf: leaf), by: leastMinutes[table * nodeCount + leaf]) }
            for window in nodes.windows { widen(table, nodes.parent(ofWindow: window), by: leastMinutes[table * nodeCount + window]) }
        }
    }

    deinit { leastMinutes.deallocate() }

    var byteCount: Int { leastMinutes.count * 4 }

    /// The minutes of a tag's rows node by node, while this object lives; `nil` where none are kept.
    func minutes(_ tag: Tag) -> TagMinutes? {
        guard let number = tags.number(of: tag), tables[number] >= 0 else { return nil }
        return TagMinutes(column: leastMinutes, first: tables[number] * nodeCount)
    }

    /// Makes room for a row's new slot; call it before it is stored. O(kept tags).
    func widen(row: Int, to minute: Int32) {
        let path = nodes.path(ofRow: row)
        for (table, tag) in keptTags.enumerated() where tags.lists[tag].contains(row) {
            for node in path { widen(table, node, by: minute) }
        }
    }

    private func widen(_ table: Int, _ node: Int, by minute: Int32) {
        let place = table * nodeCount + node
        if minute < leastMinutes[place] { leastMinutes.store(minute, at: place) }
    }
}

/// The earliest slots of one tag.
struct TagMinutes {
    fileprivate let column: VolatileColumn<Int32>
    fileprivate let first: Int

    /// Of a node's rows that bear the tag.
    @inline(__always)
    subscript(_ node: Int) -> Int32 { column[first &+ node] }
}
