import Crypto

/// Why a cursor cannot be used; answer it as a 400 that says to start again from the first page.
public enum CursorError: Error, Equatable {
    /// Not signed by us for this query: changed, from another query, or from before a key change.
    case notValid
}

/// Makes opaque list cursors: the payload and a HMAC-SHA256 over it and the query it belongs to, base64url.
/// The payload can be read by anyone who tries, so it holds positions only, nothing personal.
public struct CursorSigner: Sendable {
    let key: SymmetricKey

    /// The tag is cut to 128 bits (RFC 2104 section 5), which keeps addresses short and forging hopeless.
    private static let tagLength = 16

    /// - Parameters:
    ///   - payload: where the next page starts.
    ///   - context: everything in the query that decides order and membership.
    public func sign(payload: [UInt8], context: [UInt8]) -> String {
        Base64URL.encode(tag(payload: payload, context: context) + payload)
    }

    /// The payload that was signed for the same context. Compares in constant time.
    public func open(_ cursor: String, context: [UInt8]) throws(CursorError) -> [UInt8] {
        guard let bytes = Base64URL.decode(cursor), bytes.count >= Self.tagLength else { throw .notValid }
        let payload = Array(bytes.dropFirst(Self.tagLength))
        let expected = tag(payload: payload, context: context)
        let difference = zip(bytes, expected).reduce(0 as UInt8) { $0 | ($1.0 ^ $1.1) }
        guard difference == 0 else { throw .notValid }
        return payload
    }

    private func tag(payload: [UInt8], context: [UInt8]) -> [UInt8] {
        var code = HMAC<SHA256>(key: key)
        // the length keeps bytes from moving between context and payload
        withUnsafeBytes(of: UInt64(context.count).bigEndian) { code.update(data: $0) }
        code.update(data: context)
        code.update(data: payload)
        return Array(code.finalize().prefix(Self.tagLength))
    }
}
