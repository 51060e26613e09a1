/// Walks ascending rows and tells which of them stand in all of some lists. Arrays are galloped through: what lies
/// between two rows is passed over in O(log distance).
struct RowIntersection {
    private struct Cursor: BitwiseCopyable {
        let list: RowList
        var place = 0
    }
    private var cursors: [Cursor]

    init(_ lists: some Sequence<RowList>) {
        cursors = lists.map { Cursor(list: $0) }
        // The rarest refuse most.
        if cursors.count > 1 { cursors.sort { $0.list.count < $1.list.count } }
    }

    /// Whether `row`, which is above every row asked before, stands in all lists.
    @inline(__always)
    mutating func holds(_ row: Int) -> Bool {
        for number in cursors.indices {
            let list = cursors[number].list
            if list.bits != nil {
                guard list.contains(row) else { return false }
            } else if let rows = list.rows {
                let wanted = UInt32(truncatingIfNeeded: row)
                let place = gallop(rows, notBelow: wanted, in: cursors[number].place..<list.count)
                cursors[number].place = place
                guard place < list.count, rows[place] == wanted else { return false }
            } else {
                return false
            }
        }
        return true
    }
}

/// First place in `range` of ascending rows that is not below `row`. O(log distance).
@inline(__always)
func gallop(_ rows: UnsafePointer<UInt32>, notBelow row: UInt32, in range: Range<Int>) -> Int {
    var step = 1
    var low = range.lowerBound
    var high = low
    while high < range.upperBound, rows[high] < row {
        low = high &+ 1
        high &+= step
        step &*= 2
    }
    return lowerBound(rows, row, in: low..<min(high, range.upperBound))
}
