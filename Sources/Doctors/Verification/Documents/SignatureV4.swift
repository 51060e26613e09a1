import Crypto
import Foundation

/// AWS Signature Version 4 in its query form, which S3-compatible stores accept: whoever has the address may do that one thing
/// until it runs out. The body is not signed.
struct SignatureV4: Sendable {
    let accessKey: String
    let secretKey: String
    let region: String

    /// The query string, without `?`, that lets its holder send this request.
    /// - Parameters:
    ///   - path: encoded as it is sent, from its first `/`.
    ///   - query: parameters beside those of the signature, as they are before encoding.
    ///   - headers: those that must be sent exactly so, `host` among them.
    ///   - secondsValid: 1 to 604 800, from `date`.
    func presignedQuery(
        method: String, path: String, query: [(String, String)] = [], headers: [(name: String, value: String)], at date: Date,
        secondsValid: Int
    ) -> String {
        let timestamp = Self.timestamp(date)
        let scope = "\(timestamp.prefix(8))/\(region)/s3/aws4_request"
        let headers = headers.map { (name: $0.name.lowercased(), value: $0.value) }.sorted { $0.name < $1.name }
        let names = headers.map(\.name).joined(separator: ";")
        let parameters =
            query + [
                ("X-Amz-Algorithm", Self.algorithm), ("X-Amz-Credential", "\(accessKey)/\(scope)"), ("X-Amz-Date", timestamp),
                ("X-Amz-Expires", String(secondsValid)), ("X-Amz-SignedHeaders", names),
            ]
        let canonicalQuery = parameters.map { (Self.encoded($0), Self.encoded($1)) }.sorted { $0 < $1 }.map { "\($0)=\($1)" }.joined(
            separator: "&")
        let lines = headers.map { "\($0.name):\($0.value)\n" }.joined()
        let request = [method, path, canonicalQuery, lines, names, "UNSIGNED-PAYLOAD"].joined(separator: "\n")
        let statement = [Self.algorithm, timestamp, scope, Self.hexadecimal(SHA256.hash(data: Data(request.utf8)))].joined(separator: "\n")
        let signature = HMAC<SHA256>.authenticationCode(for: Data(statement.utf8), using: signingKey(day: String(timestamp.prefix(8))))
        return "\(canonicalQuery)&X-Amz-Signature=\(Self.hexadecimal(signature))"
    }

    /// The key of one day, region and service; the secret itself signs nothing.
    func signingKey(day: String, service: String = "s3") -> SymmetricKey {
        [day, region, service, "aws4_request"].reduce(SymmetricKey(data: Data("AWS4\(secretKey)".utf8))) { key, part in
            SymmetricKey(data: HMAC<SHA256>.authenticationCode(for: Data(part.utf8), using: key))
        }
    }

    /// Percent-encoded but for RFC 3986's unreserved characters.
    static func encoded(_ text: String, keeping kept: String = "") -> String {
        let unreserved = Set("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~\(kept)".utf8)
        return text.utf8.reduce(into: "") { encoded, byte in
            if unreserved.contains(byte) {
                encoded.unicodeScalars.append(Unicode.Scalar(byte))
            } else {
                encoded += "%" + (byte < 16 ? "0" : "") + String(byte, radix: 16, uppercase: true)
            }
        }
    }

    static func hexadecimal(_ bytes: some Sequence<UInt8>) -> String {
        bytes.map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined()
    }

    /// `20130524T000000Z`.
    private static func timestamp(_ date: Date) -> String {
        date.formatted(
            Date.ISO8601FormatStyle(
                dateSeparator: .omitted, dateTimeSeparator: .standard, timeSeparator: .omitted, timeZoneSeparator: .omitted,
                includingFractionalSeconds: false, timeZone: .gmt))
    }

    private static let algorithm = "AWS4-HMAC-SHA256"
}
