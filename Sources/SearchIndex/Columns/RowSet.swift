/// A set of rows, one bit each.
struct RowSet: Sendable, Equatable {
    private(set) var words: [UInt64]
    let rowCount: Int

    init(rowCount: Int) {
        self.rowCount = rowCount
        words = Array(repeating: 0, count: (rowCount + 63) / 64)
    }

    init(rowCount: Int, rows: some Sequence<UInt32>) {
        self.init(rowCount: rowCount)
        for row in rows { insert(Int(row)) }
    }

    @inline(__always)
    func contains(_ row: Int) -> Bool { words[row >> 6] >> UInt64(row & 63) & 1 == 1 }

    mutating func insert(_ row: Int) { words[row >> 6] |= 1 << UInt64(row & 63) }

    mutating func formUnion(_ other: RowSet) {
        precondition(other.rowCount == rowCount, "sets of different segments")
        for i in words.indices { words[i] |= other.words[i] }
    }

    /// Calls `body` with each row of the set in `range`, ascending. O(range / 64 + rows found).
    @inline(__always)
    func forEachRow(in range: Range<Int>, _ body: (Int) -> Void) {
        forEachRowOfWords(in: range, word: { words[$0] }, body)
    }

    /// Number of rows in the set. O(rows / 64).
    var count: Int { words.reduce(0) { $0 + $1.nonzeroBitCount } }
}

/// Calls `body` with each row in `range` whose bit is set in `word(row / 64)`.
@inline(__always)
func forEachRowOfWords(in range: Range<Int>, word: (Int) -> UInt64, _ body: (Int) -> Void) {
    guard !range.isEmpty else { return }
    let (first, last) = (range.lowerBound >> 6, (range.upperBound - 1) >> 6)
    for index in first...last {
        var bits = word(index)
        if index == first { bits &= UInt64.max << UInt64(range.lowerBound & 63) }
        if index == last { bits &= UInt64.max >> UInt64(63 - (range.upperBound - 1) & 63) }
        while bits != 0 {
            body(index << 6 | bits.trailingZeroBitCount)
            bits &= bits &- 1
        }
    }
}
