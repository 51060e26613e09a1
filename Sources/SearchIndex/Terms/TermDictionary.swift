/// A segment's terms, sorted by their UTF-8 bytes, in one buffer.
struct TermDictionary: Sendable {
    let bytes: [UInt8]
    let ends: [UInt32]

    var count: Int { ends.count }

    subscript(term: Int) -> ArraySlice<UInt8> { bytes[Int(term == 0 ? 0 : ends[term - 1])..<Int(ends[term])] }

    /// The term's number. O(length · log terms).
    func number(of term: [UInt8]) -> Int? {
        let candidate = firstNumber(notBelow: term)
        return candidate < count && self[candidate].elementsEqual(term) ? candidate : nil
    }

    /// The terms that start with `prefix`. O(length · log terms).
    func numbers(withPrefix prefix: [UInt8]) -> Range<Int> {
        let first = firstNumber(notBelow: prefix)
        // The first byte string above every continuation: the prefix with its last byte raised. UTF-8 has no byte 255.
        guard var after = prefix.last.map({ _ in prefix }) else { return 0..<count }
        after[after.count - 1] += 1
        return first..<max(first, firstNumber(notBelow: after))
    }

    private func firstNumber(notBelow key: [UInt8]) -> Int {
        var (low, high) = (0, count)
        while low < high {
            let middle = (low + high) / 2
            if self[middle].lexicographicallyPrecedes(key) { low = middle + 1 } else { high = middle }
        }
        return low
    }
}
