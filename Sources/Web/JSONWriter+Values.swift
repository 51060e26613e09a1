extension JSONWriter {
    /// A string, escaped where JSON requires it; all other characters pass as UTF-8.
    public mutating func string(_ text: String) {
        separate()
        appendQuoted(text)
        needsComma = true
    }

    /// A whole number.
    public mutating func int(_ number: Int) {
        raw(String(number))
    }

    /// A number in the fewest digits that read back as the same `Double`; `null` for NaN and infinity, which JSON lacks.
    public mutating func double(_ number: Double) {
        raw(number.isFinite ? number.description : "null")
    }

    /// A number rounded to so many digits after the point; `null` for NaN and infinity.
    /// - Parameter decimals: 0 to 9; numbers from 10^9 up are written in full instead.
    public mutating func double(_ number: Double, decimals: Int) {
        precondition((0...9).contains(decimals), "a number has 0 to 9 decimals")
        guard number.magnitude < 1e9 else { return double(number) }
        let scale = Self.powersOfTen[decimals]
        let scaled = Int64((number.magnitude * Double(scale)).rounded())
        let sign = number < 0 && scaled != 0 ? "-" : ""
        guard decimals > 0 else { return raw(sign + String(scaled)) }
        let fraction = String(scaled % scale)
        let zeros = String(repeating: "0", count: decimals - fraction.utf8.count)
        raw("\(sign)\(scaled / scale).\(zeros)\(fraction)")
    }

    public mutating func bool(_ value: Bool) { raw(value ? "true" : "false") }

    public mutating func null() { raw("null") }

    /// What was rendered before: one valid JSON value, or members inside an object.
    public mutating func raw(_ rendered: UnsafeRawBufferPointer) {
        separate()
        bytes.append(contentsOf: rendered)
        needsComma = true
    }

    /// A value as JSON writes it.
    public mutating func raw(_ value: String) {
        separate()
        var value = value
        value.withUTF8 { bytes.append(contentsOf: $0) }
        needsComma = true
    }

    /// A whole member with a string.
    public mutating func member(_ name: StaticString, _ text: String) {
        key(name)
        string(text)
    }

    /// A whole member with a whole number.
    public mutating func member(_ name: StaticString, _ number: Int) {
        key(name)
        int(number)
    }

    /// A whole member with a truth value.
    public mutating func member(_ name: StaticString, _ value: Bool) {
        key(name)
        bool(value)
    }

    private static let powersOfTen: [Int64] = [1, 10, 100, 1000, 10000, 100_000, 1_000_000, 10_000_000, 100_000_000, 1_000_000_000]
}
