import Foundation
import Web

/// A JSON Web Token in its compact form (RFC 7515), taken apart and not yet believed.
struct CompactJWT {
    /// Longer ones are refused before they are decoded.
    static let mostBytes = 8 * 1024

    struct Header: Decodable {
        let alg: String
        let kid: String?
        let typ: String?
        /// Extensions that must be understood (RFC 7515 section 4.1.11); we know none.
        let crit: [String]?
    }

    let header: Header
    let payload: Data
    let signature: [UInt8]
    /// What the signature is over.
    let signed: [UInt8]

    /// Nil unless the text is three base64url parts, the first of them a header.
    init?(_ text: String) {
        guard text.utf8.count <= Self.mostBytes else { return nil }
        let parts = text.split(separator: ".", omittingEmptySubsequences: false).map(String.init)
        guard parts.count == 3, let head = Base64URL.decode(parts[0]), let payload = Base64URL.decode(parts[1]),
            let signature = Base64URL.decode(parts[2]), let header = try? JSONDecoder().decode(Header.self, from: Data(head)), header.crit == nil
        else { return nil }
        self.header = header
        self.payload = Data(payload)
        self.signature = signature
        signed = Array("\(parts[0]).\(parts[1])".utf8)
    }
}
