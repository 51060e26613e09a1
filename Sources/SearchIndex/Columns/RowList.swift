/// Rows in their grouping: 64 to a word of a bit set, 128 to a leaf, 32 leaves to a window, 32 windows to a region.
enum RowGroup {
    static let leafRows = 128
    static let windowRows = 4096
    static let windowWords = windowRows / 64
    static let windowLeaves = windowRows / leafRows
    static let regionWindows = 32

    /// Words of a bit set over `rowCount` rows, in whole windows.
    static func wordCount(rows rowCount: Int) -> Int { windowCount(rows: rowCount) * windowWords }
    static func leafCount(rows rowCount: Int) -> Int { (rowCount + leafRows - 1) / leafRows }
    static func windowCount(rows rowCount: Int) -> Int { (rowCount + windowRows - 1) / windowRows }
}

/// The rows of one tag or term: a bit set when more than one row in 64 is there, else an ascending array.
///
/// Points into an `IndexImage`, which whoever holds a list holds.
struct RowList: BitwiseCopyable {
    /// Ascending; `nil` when `bits` are there.
    let rows: UnsafePointer<UInt32>?
    let bits: UnsafePointer<UInt64>?
    /// Two words for each run of 512 rows: how many are there before the run, and, 9 bits each, before its words from
    /// the second on (Vigna's rank9).
    let ranks: UnsafePointer<UInt64>?
    let count: Int

    static var empty: RowList { RowList(rows: nil, bits: nil, ranks: nil, count: 0) }

    static func isDense(count: Int, rowCount: Int) -> Bool { count * 64 > rowCount }

    /// Whether the row is there. O(1), O(log count) for an array.
    @inline(__always)
    func contains(_ row: Int) -> Bool {
        if let bits { return bits[row >> 6] >> UInt64(row & 63) & 1 == 1 }
        guard let rows else { return false }
        let at = lowerBound(rows, UInt32(truncatingIfNeeded: row), in: 0..<count)
        return at < count && rows[at] == UInt32(truncatingIfNeeded: row)
    }

    /// The row's place in the list, `nil` when it is not there. O(1), O(log count) for an array.
    @inline(__always)
    func place(of row: Int) -> Int? {
        if let bits, let ranks {
            guard bits[row >> 6] >> UInt64(row & 63) & 1 == 1 else { return nil }
            return rank(row, bits, ranks)
        }
        guard let rows else { return nil }
        let at = lowerBound(rows, UInt32(truncatingIfNeeded: row), in: 0..<count)
        return at < count && rows[at] == UInt32(truncatingIfNeeded: row) ? at : nil
    }

    /// Rows of the list before a leaf.
    @inline(__always)
    func rank(ofLeaf leaf: Int) -> Int {
        if let bits, let ranks { return rank(leaf << 7, bits, ranks) }
        guard let rows else { return 0 }
        return lowerBound(rows, UInt32(truncatingIfNeeded: leaf << 7), in: 0..<count)
    }

    /// Rows of the list before `row`.
    @inline(__always)
    private func rank(_ row: Int, _ bits: UnsafePointer<UInt64>, _ ranks: UnsafePointer<UInt64>) -> Int {
        let run = (row >> 9) << 1
        // Of the first word the place of an eighth entry is read, which is always 0.
        let before = ranks[run | 1] >> UInt64((((row >> 6) &- 1) & 7) &* 9) & 511
        let within = (bits[row >> 6] & ((1 << UInt64(row & 63)) &- 1)).nonzeroBitCount
        return Int(truncatingIfNeeded: ranks[run] &+ before) &+ within
    }

    /// The bits of 128 rows.
    @inline(__always)
    func leafBits(_ leaf: Int) -> (UInt64, UInt64) {
        if let bits { return (bits[leaf << 1], bits[leaf << 1 | 1]) }
        guard let rows else { return (0, 0) }
        var (low, high): (UInt64, UInt64) = (0, 0)
        let first = UInt32(truncatingIfNeeded: leaf << 7)
        var at = lowerBound(rows, first, in: 0..<count)
        while at < count, rows[at] &- first < 128 {
            let place = UInt64(rows[at] &- first)
            if place < 64 { low |= 1 << place } else { high |= 1 << (place & 63) }
            at &+= 1
        }
        return (low, high)
    }

    /// Whether a window has a row of the list; true for bit sets, which are in nearly all.
    func meetsWindow(_ window: Int) -> Bool {
        guard let rows else { return bits != nil }
        let first = UInt32(truncatingIfNeeded: window * RowGroup.windowRows)
        let at = lowerBound(rows, first, in: 0..<count)
        return at < count && rows[at] &- first < UInt32(RowGroup.windowRows)
    }

    /// Adds the rows of a window to 64 words.
    @inline(__always)
    func addWindow(_ window: Int, to words: UnsafeMutablePointer<UInt64>) {
        if let bits {
            let source = bits + window * RowGroup.windowWords
            for word in 0..<RowGroup.windowWords { words[word] |= source[word] }
        } else if let rows {
            let first = UInt32(truncatingIfNeeded: window * RowGroup.windowRows)
            var at = lowerBound(rows, first, in: 0..<count)
            while at < count, rows[at] &- first < UInt32(RowGroup.windowRows) {
                let place = Int(rows[at] &- first)
                words[place >> 6] |= 1 << UInt64(place & 63)
                at &+= 1
            }
        }
    }

    /// Adds all rows to a bit set over the segment. O(count), or O(rows / 64).
    func add(to words: UnsafeMutablePointer<UInt64>, wordCount: Int) {
        if let bits {
            for word in 0..<wordCount { words[word] |= bits[word] }
        } else if let rows {
            for place in 0..<count { words[Int(rows[place] >> 6)] |= 1 << UInt64(rows[place] & 63) }
        }
    }

    /// Takes the rows of a window out of 64 words.
    @inline(__always)
    func removeWindow(_ window: Int, from words: UnsafeMutablePointer<UInt64>) {
        if let bits {
            let source = bits + window * RowGroup.windowWords
            for word in 0..<RowGroup.windowWords { words[word] &= ~source[word] }
        } else if let rows {
            let first = UInt32(truncatingIfNeeded: window * RowGroup.windowRows)
            var at = lowerBound(rows, first, in: 0..<count)
            while at < count, rows[at] &- first < UInt32(RowGroup.windowRows) {
                let place = Int(rows[at] &- first)
                words[place >> 6] &= ~(1 << UInt64(place & 63))
                at &+= 1
            }
        }
    }

    /// Calls `body` with every row and its place in the list, ascending. O(count), and O(rows / 64) for a bit set.
    @inline(__always)
    func forEach(rowCount: Int, _ body: (_ row: Int, _ place: Int) -> Void) {
        if let bits {
            var place = 0
            for index in 0..<RowGroup.wordCount(rows: rowCount) {
                var word = bits[index]
                while word != 0 {
                    body(index << 6 | word.trailingZeroBitCount, place)
                    word &= word &- 1
                    place &+= 1
                }
            }
        } else if let rows {
            for place in 0..<count { body(Int(rows[place]), place) }
        }
    }
}

/// First place in `range` of ascending rows that is not below `row`. O(log range), without branches on the data.
@inline(__always)
func lowerBound(_ rows: UnsafePointer<UInt32>, _ row: UInt32, in range: Range<Int>) -> Int {
    var low = range.lowerBound
    var length = range.count
    while length > 0 {
        let half = length >> 1
        let isBelow = rows[low &+ half] < row
        low = isBelow ? low &+ half &+ 1 : low
        length = isBelow ? length &- half &- 1 : half
    }
    return low
}
