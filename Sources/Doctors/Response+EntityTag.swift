import HTTPTypes
import Hummingbird
import Web

extension Response {
    /// Public JSON with an entity tag of its bytes; 304 without a body where the caller has the same already.
    static func cached(_ json: JSONWriter, for request: Request, secondsFresh: Int) -> Response {
        let tag = entityTag(of: json.bytes)
        let headers: HTTPFields = [
            .eTag: tag, .cacheControl: "public, max-age=\(secondsFresh), stale-while-revalidate=\(secondsFresh)",
        ]
        guard !matches(request.headers[.ifNoneMatch] ?? "", tag) else {
            return Response(status: .notModified, headers: headers)
        }
        return .json(json, headers: headers)
    }

    /// FNV-1a of 64 bits (draft-eastlake-fnv): tells versions of one resource apart, proves nothing.
    private static func entityTag(of bytes: [UInt8]) -> String {
        let hash = bytes.reduce(0xCBF2_9CE4_8422_2325 as UInt64) { ($0 ^ UInt64($1)) &* 0x0000_0100_0000_01B3 }
        return "\"\(String(hash, radix: 16))\""
    }

    /// Weak comparison of RFC 9110, section 13.1.2. Our tags hold no comma, so a plain split is right.
    private static func matches(_ ifNoneMatch: String, _ tag: String) -> Bool {
        ifNoneMatch.split(separator: ",").contains { item in
            let item = item.trimmingPrefix(while: \.isWhitespace).trimmingPrefix("W/")
            return item == "*" || item.hasPrefix(tag)
        }
    }
}
