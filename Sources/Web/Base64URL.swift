/// Base64 for addresses (RFC 4648 section 5): `-` and `_`, no padding.
public enum Base64URL {
    private static let alphabet = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_".utf8)
    private static let none: UInt8 = 0xFF
    private static let values = alphabet.enumerated().reduce(into: [UInt8](repeating: none, count: 256)) {
        $0[Int($1.element)] = UInt8($1.offset)
    }

    /// Four characters for three bytes.
    public static func encode(_ bytes: some Collection<UInt8>) -> String {
        var text: [UInt8] = []
        text.reserveCapacity((bytes.count * 4 + 2) / 3)
        var (pending, bitCount) = (0, 0)
        for byte in bytes {
            pending = (pending << 8 | Int(byte)) & 0xFFFF
            bitCount += 8
            while bitCount >= 6 {
                bitCount -= 6
                text.append(alphabet[pending >> bitCount & 63])
            }
        }
        if bitCount > 0 { text.append(alphabet[pending << (6 - bitCount) & 63]) }
        return String(decoding: text, as: UTF8.self)
    }

    /// Nil unless the text is exactly what `encode` writes for some bytes.
    public static func decode(_ text: String) -> [UInt8]? {
        var bytes: [UInt8] = []
        bytes.reserveCapacity(text.utf8.count * 3 / 4)
        var (pending, bitCount) = (0, 0)
        for character in text.utf8 {
            let value = values[Int(character)]
            guard value != none else { return nil }
            pending = (pending << 6 | Int(value)) & 0xFFFF
            bitCount += 6
            guard bitCount >= 8 else { continue }
            bitCount -= 8
            bytes.append(UInt8(truncatingIfNeeded: pending >> bitCount))
        }
        // Six bits left over are a character that carries no byte; the other leftovers are padding and must be zero.
        return bitCount < 6 && pending & (1 << bitCount - 1) == 0 ? bytes : nil
    }
}
