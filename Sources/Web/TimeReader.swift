/// Reads the parts of a written time from front to back; a part that is not there is nil or false and takes nothing.
struct TimeReader {
    private var rest: Substring.UTF8View

    init(_ text: String) { rest = Substring(text).utf8 }

    var isAtEnd: Bool { rest.isEmpty }

    /// One ASCII character.
    mutating func take(_ character: Unicode.Scalar, or other: Unicode.Scalar? = nil) -> Bool {
        guard let first = rest.first, first == UInt8(ascii: character) || first == other.map({ UInt8(ascii: $0) }) else { return false }
        rest.removeFirst()
        return true
    }

    /// As many ASCII digits as there are, if there are so many.
    mutating func number(digits: ClosedRange<Int>) -> Int? {
        let text = rest.prefix { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) }
        guard digits.contains(text.count) else { return nil }
        rest.removeFirst(text.count)
        return text.reduce(0) { $0 * 10 + Int($1 - UInt8(ascii: "0")) }
    }

    mutating func pair() -> Int? { number(digits: 2...2) }

    /// `.5`, or nothing, which is 0; one to nine digits.
    mutating func fraction() -> Double? {
        guard take(".") else { return 0 }
        let before = rest
        guard number(digits: 1...9) != nil else { return nil }
        return Double("0." + String(Substring(before.prefix(before.count - rest.count))))
    }

    /// `Z` or `+02:00`.
    mutating func offsetSeconds() -> Int? {
        if take("Z", or: "z") { return 0 }
        let isAhead = take("+")
        guard isAhead || take("-"), let hours = pair(), take(":"), let minutes = pair(), hours < 24, minutes < 60 else { return nil }
        return (hours * 3600 + minutes * 60) * (isAhead ? 1 : -1)
    }
}
