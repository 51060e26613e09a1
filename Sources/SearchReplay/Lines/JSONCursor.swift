/// Reads one JSON text from front to back, as a caller that knows its shape asks for it. (RFC 8259.)
///
/// Foundation's decoder takes tens of microseconds a line; this takes about one, and names what it expected.
struct JSONCursor {
    private let bytes: [UInt8]
    private var at = 0

    init(_ bytes: [UInt8]) { self.bytes = bytes }

    /// Reads an object; `member` must read or skip the value of each key. Repeated keys come as often as they stand there.
    mutating func readObject(_ member: (_ key: String, inout JSONCursor) throws -> Void) throws {
        try open("{", expecting: "an object")
        if take("}") { return }
        repeat {
            skipSpace()
            let key = try readString()
            try expect(":")
            try member(key, &self)
        } while take(",")
        try expect("}")
    }

    /// Reads an array; `element` must read or skip each element.
    mutating func readArray(_ element: (inout JSONCursor) throws -> Void) throws {
        try open("[", expecting: "an array")
        if take("]") { return }
        repeat { try element(&self) } while take(",")
        try expect("]")
    }

    /// Whether the next value is `null`, which is then read.
    mutating func readNull() -> Bool { takeWord("null") }

    mutating func readBoolean() throws -> Bool {
        if takeWord("true") { return true }
        if takeWord("false") { return false }
        throw LineProblem(reason: "expected true or false")
    }

    mutating func readInteger() throws -> Int64 {
        let text = try readNumberText(expecting: "an integer")
        guard let value = Int64(text) else { throw LineProblem(reason: "expected an integer of 64 bits, not \(text)") }
        return value
    }

    mutating func readNumber() throws -> Double {
        let text = try readNumberText(expecting: "a number")
        guard let value = Double(text), value.isFinite else { throw LineProblem(reason: "\(text) is out of range") }
        return value
    }

    /// Whether the next value is a string.
    mutating func isAtString() -> Bool {
        skipSpace()
        return next == UInt8(ascii: "\"")
    }

    mutating func readString() throws -> String {
        try open("\"", expecting: "a string")
        let start = at
        while let byte = next, byte != UInt8(ascii: "\""), byte != UInt8(ascii: "\\"), byte >= 0x20 { at += 1 }
        if next == UInt8(ascii: "\"") {
            at += 1
            return try JSONCursor.text(bytes[start..<(at - 1)])
        }
        return try readEscapedString(begun: bytes[start..<at])
    }

    /// Reads any value, checking its grammar.
    mutating func skipValue(depth: Int = 0) throws {
        guard depth < 100 else { throw LineProblem(reason: "nested too deeply") }
        skipSpace()
        switch next {
        case UInt8(ascii: "{"): try readObject { try $1.skipValue(depth: depth + 1) }
        case UInt8(ascii: "["): try readArray { try $0.skipValue(depth: depth + 1) }
        case UInt8(ascii: "\""): _ = try readString()
        case UInt8(ascii: "t"), UInt8(ascii: "f"): _ = try readBoolean()
        case UInt8(ascii: "n"): guard readNull() else { throw broken() }
        default: _ = try readNumberText(expecting: "a JSON value")
        }
    }

    /// Nothing but white space may follow.
    mutating func finish() throws {
        skipSpace()
        if at < bytes.count { throw broken() }
    }

    // MARK: - Pieces

    private var next: UInt8? { at < bytes.count ? bytes[at] : nil }

    private mutating func skipSpace() {
        while let byte = next, byte == 0x20 || byte == 0x09 || byte == 0x0D || byte == 0x0A { at += 1 }
    }

    private mutating func take(_ character: Unicode.Scalar) -> Bool {
        skipSpace()
        guard next == UInt8(ascii: character) else { return false }
        at += 1
        return true
    }

    private mutating func expect(_ character: Unicode.Scalar) throws {
        if !take(character) { throw broken() }
    }

    private mutating func open(_ character: Unicode.Scalar, expecting kind: String) throws {
        if !take(character) { throw LineProblem(reason: at < bytes.count ? "expected \(kind)" : "JSON ends too early") }
    }

    private mutating func takeWord(_ word: StaticString) -> Bool {
        skipSpace()
        let length = word.utf8CodeUnitCount
        guard at + length <= bytes.count,
            word.withUTF8Buffer({ bytes[at..<(at + length)].elementsEqual($0) })
        else { return false }
        at += length
        return true
    }

    private func broken() -> LineProblem {
        LineProblem(reason: at < bytes.count ? "not JSON at byte \(at + 1)" : "JSON ends too early")
    }

    /// The characters of a number: `-? (0 | [1-9][0-9]*) (. [0-9]+)? ([eE] [+-]? [0-9]+)?`.
    private mutating func readNumberText(expecting kind: String) throws -> String {
        skipSpace()
        let start = at
        if next == UInt8(ascii: "-") { at += 1 }
        let startsWithZero = next == UInt8(ascii: "0")
        let integerDigits = skipDigits()
        guard integerDigits > 0 else {
            if at > start { throw broken() }
            throw LineProblem(reason: at < bytes.count ? "expected \(kind)" : "JSON ends too early")
        }
        if startsWithZero, integerDigits > 1 { throw broken() }
        if next == UInt8(ascii: ".") {
            at += 1
            if skipDigits() == 0 { throw broken() }
        }
        if next == UInt8(ascii: "e") || next == UInt8(ascii: "E") {
            at += 1
            if next == UInt8(ascii: "+") || next == UInt8(ascii: "-") { at += 1 }
            if skipDigits() == 0 { throw broken() }
        }
        return String(decoding: bytes[start..<at], as: UTF8.self)
    }

    private mutating func skipDigits() -> Int {
        let start = at
        while let byte = next, (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) { at += 1 }
        return at - start
    }

    /// The rest of a string that has an escape or ends badly.
    private mutating func readEscapedString(begun: ArraySlice<UInt8>) throws -> String {
        var unescaped = Array(begun)
        while let byte = next, byte >= 0x20 {
            at += 1
            switch byte {
            case UInt8(ascii: "\""): return try JSONCursor.text(unescaped[...])
            case UInt8(ascii: "\\"): try readEscape(into: &unescaped)
            default: unescaped.append(byte)
            }
        }
        if at == bytes.count { throw broken() }
        throw LineProblem(reason: "control character in a string at byte \(at + 1)")
    }

    private mutating func readEscape(into unescaped: inout [UInt8]) throws {
        guard let byte = next else { throw broken() }
        at += 1
        switch byte {
        case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"): unescaped.append(byte)
        case UInt8(ascii: "b"): unescaped.append(0x08)
        case UInt8(ascii: "f"): unescaped.append(0x0C)
        case UInt8(ascii: "n"): unescaped.append(0x0A)
        case UInt8(ascii: "r"): unescaped.append(0x0D)
        case UInt8(ascii: "t"): unescaped.append(0x09)
        case UInt8(ascii: "u"): unescaped.append(contentsOf: String(try readUnicodeEscape()).utf8)
        default: throw LineProblem(reason: "unknown escape in a string at byte \(at)")
        }
    }

    /// The scalar of `\uXXXX`, or of the two that make a surrogate pair.
    private mutating func readUnicodeEscape() throws -> Unicode.Scalar {
        let first = try readHexadecimal()
        var value = first
        if (0xD800..<0xDC00).contains(first), next == UInt8(ascii: "\\") {
            at += 1
            guard next == UInt8(ascii: "u") else { throw LineProblem(reason: "half a surrogate pair in a string") }
            at += 1
            let second = try readHexadecimal()
            guard (0xDC00..<0xE000).contains(second) else { throw LineProblem(reason: "half a surrogate pair in a string") }
            value = 0x10000 + (first - 0xD800) << 10 + (second - 0xDC00)
        }
        guard let scalar = Unicode.Scalar(value) else { throw LineProblem(reason: "half a surrogate pair in a string") }
        return scalar
    }

    private mutating func readHexadecimal() throws -> UInt32 {
        var value: UInt32 = 0
        for _ in 0..<4 {
            guard let digit = next.flatMap({ Character(Unicode.Scalar($0)).hexDigitValue }) else { throw broken() }
            value = value << 4 | UInt32(digit)
            at += 1
        }
        return value
    }

    private static func text(_ utf8: ArraySlice<UInt8>) throws -> String {
        guard let text = String(validating: utf8, as: UTF8.self) else { throw LineProblem(reason: "a string is not UTF-8") }
        return text
    }
}
