/// Tells most rows that are none of a few from those that may be: a bit set over their low bits, small enough for a near cache.
final class RowFilter {
    private let words: UnsafeMutableBufferPointer<UInt64>

    /// A filter that lets nothing pass.
    /// - Parameter capacity: rows it is to let pass: 64 bits each or more, a power of two.
    init(capacity: Int) {
        words = .allocate(capacity: max(512, 1 << (Int.bitWidth - capacity.leadingZeroBitCount)))
        words.initialize(repeating: 0)
    }

    /// A filter for an array of rows.
    convenience init(_ rows: UnsafeBufferPointer<UInt32>) {
        self.init(capacity: rows.count)
        insert(rows)
    }

    deinit { words.deallocate() }

    func removeAll() { words.update(repeating: 0) }

    func insert(_ rows: UnsafeBufferPointer<UInt32>) {
        for row in rows { insert(row) }
    }

    @inline(__always)
    func insert(_ row: UInt32) { words[Int(row >> 6) & (words.count &- 1)] |= 1 << UInt64(row & 63) }

    /// Tells which of some rows may be among those inserted; of the others one in 64 passes. Without a
    /// branch on what nothing foretells.
    /// - Parameter passed: takes their places, and must have room for all. Returns their number.
    @inline(never)
    func pass(_ rows: UnsafePointer<UInt32>, count: Int, to passed: UnsafeMutablePointer<UInt32>) -> Int {
        guard let words = words.baseAddress else { return 0 }
        let mask = UInt32(truncatingIfNeeded: self.words.count &- 1)
        var passedCount = 0
        for at in 0..<count {
            let row = rows[at]
            passed[passedCount] = UInt32(truncatingIfNeeded: at)
            passedCount &+= Int(truncatingIfNeeded: words[Int(row >> 6 & mask)] >> UInt64(row & 63) & 1)
        }
        return passedCount
    }

    /// Rows that are best tested at a time.
    static let stride = 512
}
