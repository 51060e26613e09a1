import CurlClient
import Foundation

/// `application/x-www-form-urlencoded`.
enum FormBody {
    static func encoded(_ fields: [(name: String, value: String)]) -> String {
        fields.map { "\(escaped($0.name))=\(escaped($0.value))" }.joined(separator: "&")
    }

    private static func escaped(_ text: String) -> String {
        text.utf8.map { byte in
            let scalar = UnicodeScalar(byte)
            let isPlain = byte < 0x80 && (scalar.properties.isAlphabetic || scalar.properties.numericType != nil || "-._~".unicodeScalars.contains(scalar))
            return isPlain ? String(scalar) : "%" + (byte < 16 ? "0" : "") + String(byte, radix: 16, uppercase: true)
        }.joined()
    }
}

/// How long a server asks to be left alone.
enum RetryAfter {
    /// A day at most; nil when it did not say.
    static func seconds(_ response: CurlResponse, at date: Date) -> Double? {
        guard let text = response.header("retry-after") else { return nil }
        let seconds = Double(text) ?? instant(text)?.timeIntervalSince(date)
        return seconds.flatMap { $0.isFinite ? min(max($0, 0), 86_400) : nil }
    }

    private static func instant(_ text: String) -> Date? {
        let formatter = DateFormatter()
        formatter.locale = Locale(identifier: "en_US_POSIX")
        formatter.timeZone = .gmt
        formatter.dateFormat = "EEE, dd MMM yyyy HH:mm:ss 'GMT'"
        return formatter.date(from: text)
    }
}
