import Synchronization

/// Least and greatest coordinates of a run of rows, in ten-millionths of a degree. South above north: no row is located.
struct NodeBox: BitwiseCopyable {
    var south = Int32.max
    var north = Int32.min
    var west = Int32.max
    var east = Int32.min

    var isEmpty: Bool { south > north }

    mutating func formUnion(_ other: NodeBox) {
        south = min(south, other.south)
        north = max(north, other.north)
        west = min(west, other.west)
        east = max(east, other.east)
    }
}

/// What is known of whole runs of rows: leaves of 128, windows of 4 096 and regions of 131 072. Since rows are in
/// geohash order, each is a patch of the map; its box and its best values bound every score inside.
///
/// Values only widen when signals change in place, so a bound is never too tight. Recomputed from the columns when a
/// snapshot is opened, O(rows).
final class NodeTable: Sendable {
    enum Level: Int { case leaf, window, region }

    let leafCount: Int
    let windowCount: Int
    let regionCount: Int
    let boxes: Column<NodeBox>
    let leastIDs: Column<Int64>
    private let greatestRatings: VolatileColumn<UInt16>
    private let greatestQualities: VolatileColumn<UInt16>
    private let greatestReviewCounts: VolatileColumn<UInt32>
    private let leastFeesCents: VolatileColumn<UInt32>
    private let leastMinutes: VolatileColumn<Int32>
    private let unitedFlags: VolatileColumn<UInt64>

    init(_ columns: Columns, _ signals: SignalColumns) {
        leafCount = RowGroup.leafCount(rows: columns.rowCount)
        windowCount = RowGroup.windowCount(rows: columns.rowCount)
        regionCount = (windowCount + RowGroup.regionWindows - 1) / RowGroup.regionWindows
        let count = leafCount + windowCount + regionCount
        greatestRatings = VolatileColumn(repeating: 0, count: count)
        greatestQualities = VolatileColumn(repeating: 0, count: count)
        greatestReviewCounts = VolatileColumn(repeating: 0, count: count)
        leastFeesCents = VolatileColumn(repeating: Columns.noFee, count: count)
        leastMinutes = VolatileColumn(repeating: Columns.noSlot, count: count)
        unitedFlags = VolatileColumn(repeating: 0, count: count)
        let boxes = UnsafeMutablePointer<NodeBox>.allocate(capacity: max(count, 1))
        let leastIDs = UnsafeMutablePointer<Int64>.allocate(capacity: max(count, 1))
        boxes.initialize(repeating: NodeBox(), count: count)
        leastIDs.initialize(repeating: .max, count: count)
        self.boxes = Column(base: boxes, count: count)
        self.leastIDs = Column(base: leastIDs, count: count)
        for row in 0..<columns.rowCount {
            let leaf = row / RowGroup.leafRows
            leastIDs[leaf] = min(leastIDs[leaf], columns.ids[row])
            if row < columns.locatedCount {
                let (latitude, longitude) = (columns.latitudesE7[row], columns.longitudesE7[row])
                boxes[leaf].formUnion(NodeBox(south: latitude, north: latitude, west: longitude, east: longitude))
            }
            widen(leaf, by: signals.stored(row))
        }
        for (level, groupSize) in [(Level.leaf, RowGroup.windowLeaves), (.window, RowGroup.regionWindows)] {
            let (first, parents) = (firstNode(level), level == .leaf ? leafCount : leafCount + windowCount)
            for child in 0..<(level == .leaf ? leafCount : windowCount) {
                let parent = parents + child / groupSize
                leastIDs[parent] = min(leastIDs[parent], leastIDs[first + child])
                boxes[parent].formUnion(boxes[first + child])
                widen(parent, by: best(first + child))
            }
        }
    }

    deinit {
        boxes.base.deallocate()
        leastIDs.base.deallocate()
        greatestRatings.deallocate()
        greatestQualities.deallocate()
        greatestReviewCounts.deallocate()
        leastFeesCents.deallocate()
        leastMinutes.deallocate()
        unitedFlags.deallocate()
    }

    var byteCount: Int { boxes.count * (MemoryLayout<NodeBox>.stride + 8 + 2 + 2 + 4 + 4 + 4 + 8) }

    /// Nodes are numbered level by level.
    @inline(__always)
    func firstNode(_ level: Level) -> Int {
        switch level {
        case .leaf: 0
        case .window: leafCount
        case .region: leafCount &+ windowCount
        }
    }

    /// The best value of each kind among a node's rows.
    @inline(__always)
    func best(_ node: Int) -> StoredSignals {
        StoredSignals(
            rating: greatestRatings[node], reviewCount: greatestReviewCounts[node], quality: greatestQualities[node],
            feeCents: leastFeesCents[node], nextAvailableMinute: leastMinutes[node], flags: unitedFlags[node])
    }

    /// Stands in where nothing is asked of a node's numbers.
    static let unknown = StoredSignals(
        rating: .max, reviewCount: .max, quality: .max, feeCents: 0, nextAvailableMinute: .min, flags: .max)

    /// Makes room for a row's new numbers; call it before they are stored.
    func widen(row: Int, by signals: StoredSignals) {
        for node in path(ofRow: row) { widen(node, by: signals) }
    }

    /// The nodes a row lies in, from its leaf upwards.
    func path(ofRow row: Int) -> [Int] {
        let leaf = leaf(row)
        let window = parent(ofLeaf: leaf)
        return [leaf, window, parent(ofWindow: window)]
    }

    @inline(__always)
    func leaf(_ row: Int) -> Int { row / RowGroup.leafRows }

    @inline(__always)
    func parent(ofLeaf leaf: Int) -> Int { leafCount + leaf / RowGroup.windowLeaves }

    func parent(ofWindow window: Int) -> Int { leafCount + windowCount + (window - leafCount) / RowGroup.regionWindows }

    /// Nodes of the second level.
    var windows: Range<Int> { leafCount..<leafCount + windowCount }

    private func widen(_ node: Int, by signals: StoredSignals) {
        greatestRatings.store(max(greatestRatings[node], signals.rating), at: node)
        greatestQualities.store(max(greatestQualities[node], signals.quality), at: node)
        greatestReviewCounts.store(max(greatestReviewCounts[node], signals.reviewCount), at: node)
        leastFeesCents.store(min(leastFeesCents[node], signals.feeCents), at: node)
        leastMinutes.store(min(leastMinutes[node], signals.nextAvailableMinute), at: node)
        unitedFlags.store(unitedFlags[node] | signals.flags, at: node)
    }
}
