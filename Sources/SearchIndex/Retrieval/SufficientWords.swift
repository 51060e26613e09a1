/// Which words a row must hold to reach a score, where it need not hold all: the least sets of words whose bounds add
/// up to it (WAND's pivot, for all rows of a run at once).
enum SufficientWords {
    /// Of more words every row that holds one is looked at.
    static let greatestWordCount = 5

    /// Calls `body` with every least set, bit `w` for word `w`. O(2^words · words).
    /// - Parameter bounds: by word, not below what it adds to any row's score.
    @inline(__always)
    static func forEachLeastSet(_ bounds: UnsafeBufferPointer<Double>, reaching least: Double, _ body: (_ words: Int) -> Void) {
        for words in 1..<1 << bounds.count {
            var (sum, smallest) = (0.0, Double.infinity)
            for number in bounds.indices where words >> number & 1 == 1 {
                sum += bounds[number]
                smallest = min(smallest, bounds[number])
            }
            // Both with room for rounding, so that no set is missed.
            if sum * (1 + 1e-12) < least { continue }
            if words & (words - 1) == 0 || (sum - smallest) * (1 + 1e-12) < least { body(words) }
        }
    }
}
