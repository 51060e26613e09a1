/// A segment's terms, sorted by their UTF-8 bytes, in one buffer.
struct TermDictionary: Sendable {
    private let bytes: Column<UInt8>
    private let ends: Column<UInt32>
    /// Term numbers sorted by their bytes read backwards: terms that end alike stand together.
    private let byEnding: Column<UInt32>

    init(_ image: IndexImage) {
        bytes = image.column(.termBytes)
        ends = image.column(.termEnds)
        byEnding = image.column(.termsByEnding)
    }

    var count: Int { ends.count }

    @inline(__always)
    subscript(term: Int) -> UnsafeBufferPointer<UInt8> {
        let start = term == 0 ? 0 : Int(ends[term - 1])
        return UnsafeBufferPointer(start: bytes.base + start, count: Int(ends[term]) - start)
    }

    /// The number at a place of the order by endings.
    func number(byEnding place: Int) -> Int { Int(byEnding[place]) }

    /// The term's number. O(length · log terms).
    func number(of term: UnsafeBufferPointer<UInt8>) -> Int? {
        let candidate = firstNumber(in: 0..<count) { compare(self[$0], term) < 0 }
        return candidate < count && compare(self[candidate], term) == 0 ? candidate : nil
    }

    /// The terms that start with `prefix`. O(length · log terms).
    func numbers(withPrefix prefix: UnsafeBufferPointer<UInt8>) -> Range<Int> {
        let first = firstNumber(in: 0..<count) { compare(self[$0], prefix) < 0 }
        return first..<firstNumber(in: first..<count) { comparePrefix(self[$0], prefix) <= 0 }
    }

    /// The number behind the terms that start with `prefix`, of which `first` is one. O(length · log of their count).
    func end(ofPrefix prefix: UnsafeBufferPointer<UInt8>, from first: Int) -> Int {
        var step = 1
        while first + step < count, comparePrefix(self[first + step], prefix) == 0 { step *= 2 }
        return firstNumber(in: first + step / 2..<min(count, first + step)) { comparePrefix(self[$0], prefix) <= 0 }
    }

    /// Places in the order by endings of the terms that end with `suffix`. O(length · log terms).
    func placesByEnding(withSuffix suffix: UnsafeBufferPointer<UInt8>) -> Range<Int> {
        let first = firstNumber(in: 0..<count) { compareBackwards(self[Int(byEnding[$0])], suffix) < 0 }
        return first..<firstNumber(in: first..<count) { compareSuffix(self[Int(byEnding[$0])], suffix) <= 0 }
    }

    /// First number, or place, for which `isBefore` does not hold.
    @inline(__always)
    private func firstNumber(in range: Range<Int>, _ isBefore: (Int) -> Bool) -> Int {
        var (low, high) = (range.lowerBound, range.upperBound)
        while low < high {
            let middle = (low &+ high) >> 1
            if isBefore(middle) { low = middle &+ 1 } else { high = middle }
        }
        return low
    }

    /// Whether the sections fit together.
    var isSound: Bool {
        byEnding.count == count && Int(count == 0 ? 0 : ends[count - 1]) == bytes.count
            && (0..<count).allSatisfy { Int(byEnding[$0]) < count && ($0 == 0 || ends[$0 - 1] <= ends[$0]) }
    }
}

/// −1, 0 or 1 by bytes, the shorter first where one starts the other.
@inline(__always)
func compare(_ a: UnsafeBufferPointer<UInt8>, _ b: UnsafeBufferPointer<UInt8>) -> Int {
    let order = comparePrefix(a, b)
    return order != 0 ? order : a.count > b.count ? 1 : 0
}

/// `compare`, but 0 where `a` starts with `b`.
@inline(__always)
private func comparePrefix(_ a: UnsafeBufferPointer<UInt8>, _ b: UnsafeBufferPointer<UInt8>) -> Int {
    let shorter = min(a.count, b.count)
    var i = 0
    while i < shorter {
        if a[i] != b[i] { return a[i] < b[i] ? -1 : 1 }
        i &+= 1
    }
    return a.count < b.count ? -1 : 0
}

/// `compare` of the bytes from the last to the first.
func compareBackwards(_ a: UnsafeBufferPointer<UInt8>, _ b: UnsafeBufferPointer<UInt8>) -> Int {
    let order = compareSuffix(a, b)
    return order != 0 ? order : a.count > b.count ? 1 : 0
}

private func compareSuffix(_ a: UnsafeBufferPointer<UInt8>, _ b: UnsafeBufferPointer<UInt8>) -> Int {
    let shorter = min(a.count, b.count)
    var i = 1
    while i <= shorter {
        let (x, y) = (a[a.count &- i], b[b.count &- i])
        if x != y { return x < y ? -1 : 1 }
        i &+= 1
    }
    return a.count < b.count ? -1 : 0
}
