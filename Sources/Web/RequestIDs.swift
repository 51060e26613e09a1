import Foundation

/// Request ids: which ones of callers are accepted, and how new ones are made.
enum RequestIDs {
    /// True for 1 to 64 characters of `A-Z a-z 0-9 . _ -`, safe to print in logs and headers.
    static func isWellFormed(_ id: String) -> Bool {
        (1...64).contains(id.utf8.count) && id.utf8.allSatisfy(isAllowed)
    }

    /// A new version 7 UUID (RFC 9562): milliseconds since 1970 first, so ids sort by time; then 74 random bits.
    static func make(
        millisecondsSince1970: UInt64 = UInt64(max(0, Date().timeIntervalSince1970 * 1000)),
        random: (UInt64, UInt64) = (.random(in: 0 ... .max), .random(in: 0 ... .max))
    ) -> String {
        let high = millisecondsSince1970 << 16 | 0x7000 | random.0 & 0x0FFF
        let low = 0x8000_0000_0000_0000 | random.1 >> 2
        return String(unsafeUninitializedCapacity: 36) { text in
            for (position, hyphensBefore) in zip(0..<32, hyphens) {
                let digit = UInt8(truncatingIfNeeded: (position < 16 ? high : low) >> UInt64(60 - position % 16 * 4)) & 15
                text[position + hyphensBefore] = digit < 10 ? UInt8(ascii: "0") + digit : UInt8(ascii: "a") - 10 + digit
            }
            for position in [8, 13, 18, 23] { text[position] = UInt8(ascii: "-") }
            return 36
        }
    }

    /// How many hyphens stand before each digit.
    private static let hyphens = (0..<32).map { $0 < 8 ? 0 : min(4, $0 / 4 - 1) }

    private static func isAllowed(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "."), UInt8(ascii: "_"), UInt8(ascii: "-"):
            true
        default: false
        }
    }
}
