/// Tells most rows that are none of a few from those that may be: a bit set over their low bits, small enough for a near cache
/// as long as they are few.
final class RowFilter {
    private let words: UnsafeMutableBufferPointer<UInt64>

    /// A filter that lets nothing pass.
    /// - Parameters:
    ///   - capacity: rows it is to let pass. It gets a word of 64 bits for each, or more, so that of other rows one in 64 passes.
    ///   - rowCount: of the segment: with a bit for every row nothing else passes.
    init(capacity: Int, rowCount: Int) {
        let wanted = min(max(512, capacity), RowGroup.wordCount(rows: rowCount))
        words = .allocate(capacity: 1 << (Int.bitWidth - max(0, wanted - 1).leadingZeroBitCount))
        words.initialize(repeating: 0)
    }

    deinit { words.deallocate() }

    func removeAll() { words.update(repeating: 0) }

    func insert(_ rows: UnsafeBufferPointer<UInt32>) {
        for row in rows { insert(row) }
    }

    @inline(__always)
    func insert(_ row: UInt32) { words[Int(row >> 6) & (words.count &- 1)] |= 1 << UInt64(row & 63) }

    /// Calls `body` with the places of the rows that may be among those inserted. O(count).
    @inline(__always)
    func forEachPassing(_ rows: UnsafePointer<UInt32>, count: Int, _ body: (_ place: Int) -> Void) {
        withUnsafeTemporaryAllocation(of: UInt32.self, capacity: RowFilter.stride) { passed in
            guard let passed = passed.baseAddress else { return }
            for from in Swift.stride(from: 0, to: count, by: RowFilter.stride) {
                let passedCount = pass(rows + from, count: min(RowFilter.stride, count &- from), to: passed)
                for number in 0..<passedCount { body(from &+ Int(passed[number])) }
            }
        }
    }

    /// Notes the places of the rows that pass, without a branch on what nothing foretells. Returns their number.
    @inline(never)
    private func pass(_ rows: UnsafePointer<UInt32>, count: Int, to passed: UnsafeMutablePointer<UInt32>) -> Int {
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

    /// Rows that are tested at a time.
    private static let stride = 512
}
