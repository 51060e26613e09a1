/// Walks ascending rows and tells which of them stand in all of some lists. Arrays are galloped through: what lies
/// between two rows is passed over in O(log distance). A class, so that closures share it without copies.
final class RowIntersection {
    private struct Cursor: BitwiseCopyable {
        let list: RowList
        let number: Int
        var place = 0
    }
    /// The rarest list first: it refuses most.
    private let cursors: UnsafeMutableBufferPointer<Cursor>

    /// - Parameter lists: each with a number of the caller's, at least 0.
    init(_ lists: [(number: Int, list: RowList)]) {
        cursors = .allocate(capacity: lists.count)
        _ = cursors.initialize(
            from: lists.sorted { $0.list.count < $1.list.count }.map { Cursor(list: $0.list, number: $0.number) })
    }

    deinit { cursors.deallocate() }

    /// From now on any row may be asked for again.
    func restart() {
        for number in cursors.indices { cursors[number].place = 0 }
    }

    /// Whether `row`, which is above every row asked since the last `restart`, stands in all lists.
    @inline(__always)
    func holds(_ row: Int) -> Bool {
        for number in 0..<cursors.count {
            let list = cursors[number].list
            if list.bits != nil {
                if !list.contains(row) { return false }
            } else if let rows = list.rows {
                let wanted = UInt32(truncatingIfNeeded: row)
                let place = gallop(rows, notBelow: wanted, in: cursors[number].place..<list.count)
                cursors[number].place = place
                if place == list.count || rows[place] != wanted { return false }
            } else {
                return false
            }
        }
        return true
    }

    /// Place of the row that was asked for last in an array of this number, if it is one.
    @inline(__always)
    func place(inList number: Int) -> Int? {
        for cursor in 0..<cursors.count where cursors[cursor].number == number {
            return cursors[cursor].list.rows == nil ? nil : cursors[cursor].place
        }
        return nil
    }
}

/// Calls `body` with every row that stands in both arrays, and its places. O(count of `a` + count of `b` / 16): a row of
/// `a` is compared with sixteen of `b` at once.
@inline(__always)
func forEachCommonRow(_ a: RowList, _ b: RowList, _ body: (_ row: Int, _ placeInA: Int?, _ placeInB: Int?) -> Void) {
    guard let rowsA = a.rows, let rowsB = b.rows else { return }
    var block = 0
    for place in 0..<a.count {
        let row = rowsA[place]
        while block &+ 16 <= b.count, rowsB[block &+ 15] < row { block &+= 16 }
        if block &+ 16 <= b.count {
            let differences = UnsafeRawPointer(rowsB + block).loadUnaligned(as: SIMD16<UInt32>.self) ^ SIMD16(repeating: row)
            // The least of them, since comparisons of vectors come lane by lane from this compiler.
            if differences.min() != 0 { continue }
        } else if block == b.count || rowsB[b.count &- 1] < row {
            return
        }
        let placeInB = lowerBound(rowsB, row, in: block..<min(block &+ 16, b.count))
        if placeInB < b.count, rowsB[placeInB] == row { body(Int(row), place, placeInB) }
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
