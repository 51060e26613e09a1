/// A set of rows, one bit each, in whole windows of words.
struct RowSet: Sendable, Equatable {
    private(set) var words: [UInt64]
    private(set) var count = 0

    init(rowCount: Int) { words = Array(repeating: 0, count: RowGroup.wordCount(rows: rowCount)) }

    /// An empty set, as most are, is not read.
    @inline(__always)
    func contains(_ row: Int) -> Bool { count > 0 && words[row >> 6] >> UInt64(row & 63) & 1 == 1 }

    mutating func insert(_ row: Int) {
        if !contains(row) { count += 1 }
        words[row >> 6] |= 1 << UInt64(row & 63)
    }
}
