import Foundation

extension UUID {
    /// UUID version 7 (RFC 9562, section 5.7): 48 bits of milliseconds since 1970, then 74 random bits. Keys made one after the other lie
    /// beside each other in an index, and nobody guesses one.
    public static func timeOrdered(at date: Date = Date()) -> UUID {
        var bytes = UUID().uuid
        let milliseconds = UInt64(max(0, date.timeIntervalSince1970 * 1000))
        withUnsafeBytes(of: (milliseconds << 16).bigEndian) { (bytes.0, bytes.1, bytes.2, bytes.3, bytes.4, bytes.5) = ($0[0], $0[1], $0[2], $0[3], $0[4], $0[5]) }
        bytes.6 = bytes.6 & 0x0F | 0x70
        return UUID(uuid: bytes)
    }

    /// As the API writes it: lower case.
    public var text: String { uuidString.lowercased() }
}
