import Crypto
import Foundation

/// Codes of authenticator apps: RFC 6238 with SHA-1, six digits, steps of 30 seconds, which all apps know.
enum TOTP {
    static let stepSeconds = 30.0

    static func step(at now: Date) -> Int64 { Int64(now.timeIntervalSince1970 / stepSeconds) }

    /// The code of one step (RFC 4226 section 5.3).
    static func code(secret: [UInt8], step: Int64, digits: Int = 6) -> String {
        let counter = withUnsafeBytes(of: step.bigEndian) { Array($0) }
        let hash = Array(HMAC<Insecure.SHA1>.authenticationCode(for: counter, using: SymmetricKey(data: secret)))
        let offset = Int(hash[hash.count - 1] & 15)
        let number = hash[offset..<offset + 4].reduce(0) { $0 << 8 | Int($1) } & 0x7FFF_FFFF
        let modulus = (0..<digits).reduce(1) { product, _ in product * 10 }
        let text = String(number % modulus)
        return String(repeating: "0", count: digits - text.count) + text
    }

    /// The step a code belongs to: now, the one before or the one after, and later than the last one accepted, so that a code
    /// read over a shoulder is worth nothing. Nil if none.
    static func acceptedStep(_ code: String, secret: [UInt8], after lastStep: Int64, now: Date) -> Int64? {
        let current = step(at: now)
        return (current - 1...current + 1).first { $0 > lastStep && Self.code(secret: secret, step: $0) == code }
    }

    /// What apps read as a QR code or link.
    static func address(secret: [UInt8], account: String) -> String {
        "otpauth://totp/RateTheDoctor:\(account)?secret=\(base32(secret))&issuer=RateTheDoctor"
    }

    /// RFC 4648 section 6, without padding.
    static func base32(_ bytes: [UInt8]) -> String {
        let alphabet = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZ234567")
        var (pending, bits, text) = (0, 0, "")
        for byte in bytes {
            pending = (pending << 8 | Int(byte)) & 0xFFFF
            bits += 8
            while bits >= 5 {
                bits -= 5
                text.append(alphabet[pending >> bits & 31])
            }
        }
        if bits > 0 { text.append(alphabet[pending << (5 - bits) & 31]) }
        return text
    }
}
