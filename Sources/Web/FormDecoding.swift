/// Reads `name=value&name=value` as HTML forms and query strings write it.
public enum FormDecoding {
    /// The pairs in their order; a part without `=` has an empty value, empty parts are skipped.
    /// A name or value that does not decode (bad percent escape, not UTF-8) is reported under its name.
    public static func pairs(_ bytes: some Collection<UInt8>) throws(FieldError) -> [(name: String, value: String)] {
        var pairs: [(name: String, value: String)] = []
        for part in bytes.split(separator: UInt8(ascii: "&")) {
            let halves = part.split(separator: UInt8(ascii: "="), maxSplits: 1, omittingEmptySubsequences: false)
            let written = String(decoding: halves[0], as: UTF8.self)
            let name = try decode(halves[0], field: written)
            let value = halves.count > 1 ? try decode(halves[1], field: name) : ""
            pairs.append((name, value))
        }
        return pairs
    }

    private static func decode(_ bytes: some Collection<UInt8>, field: String) throws(FieldError) -> String {
        var decoded: [UInt8] = []
        decoded.reserveCapacity(bytes.count)
        var iterator = bytes.makeIterator()
        while let byte = iterator.next() {
            switch byte {
            case UInt8(ascii: "+"): decoded.append(UInt8(ascii: " "))
            case UInt8(ascii: "%"):
                guard let high = iterator.next().flatMap(hexadecimalDigit), let low = iterator.next().flatMap(hexadecimalDigit) else {
                    throw FieldError(field, code: "bad_percent_escape", detail: "A % must be followed by two hexadecimal digits.")
                }
                decoded.append(high << 4 | low)
            default: decoded.append(byte)
            }
        }
        guard let text = String(validating: decoded, as: UTF8.self), !text.unicodeScalars.contains("\0") else {
            throw FieldError(field, code: "not_utf8", detail: "The text must be UTF-8 without zero bytes.")
        }
        return text
    }
}
