/// Names that may stand in a log, a label or a request as they are: 1 to 64 letters, digits, `_` and `-`.
enum PlainName {
    static func isPlain(_ text: String) -> Bool { (1...64).contains(text.utf8.count) && text.utf8.allSatisfy(isPlainByte) }

    /// The text if it is such a name; anything else a server sends might be a sentence about somebody.
    static func plain(_ text: String?) -> String? { text.flatMap { isPlain($0) ? $0 : nil } }

    private static func isPlainByte(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"), UInt8(ascii: "0")...UInt8(ascii: "9"),
            UInt8(ascii: "_"), UInt8(ascii: "-"):
            true
        default: false
        }
    }
}
