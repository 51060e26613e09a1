import Crypto
import Foundation
import Web

/// Our own access tokens: JWTs of ten minutes, HMAC-SHA256.
///
/// HS256 and no public key, because only this server's kind ever checks them: nothing has to be published, signing and
/// checking cost a microsecond, and the key is derived from the root secret like every other. The algorithm is fixed here and
/// never read from a token. A token alone opens nothing: the session it names must still stand.
struct AccessTokens: Sendable {
    static let lifetimeSeconds = 600
    private static let type = "at+jwt"
    private static let issuer = "ratethedoctor"

    struct Claims: Codable, Equatable {
        let iss: String
        let sub: UUID
        let sid: UUID
        let iat: Int
        let exp: Int
    }

    private struct Key {
        let id: String
        let key: SymmetricKey
    }

    /// The first signs; all check.
    private let keys: [Key]

    /// - Parameter secrets: the current root first, then those that were current before; tokens live ten minutes, so a former
    ///   one can go soon.
    init(_ secrets: [WebSecrets]) {
        keys = secrets.map { secrets in
            let key = secrets.key("accounts/access-tokens/v1")
            // A name for the key that tells nothing of it.
            let id = HMAC<SHA256>.authenticationCode(for: Array("key id".utf8), using: key).prefix(6)
            return Key(id: Base64URL.encode(Array(id)), key: key)
        }
    }

    func sign(account: UUID, session: UUID, now: Date) throws -> String {
        let issued = Int(now.timeIntervalSince1970)
        let claims = Claims(iss: Self.issuer, sub: account, sid: session, iat: issued, exp: issued + Self.lifetimeSeconds)
        let header = Base64URL.encode(Array(#"{"alg":"HS256","typ":"\#(Self.type)","kid":"\#(keys[0].id)"}"#.utf8))
        let signed = "\(header).\(Base64URL.encode(Array(try JSONEncoder().encode(claims))))"
        let code = HMAC<SHA256>.authenticationCode(for: Array(signed.utf8), using: keys[0].key)
        return "\(signed).\(Base64URL.encode(Array(code)))"
    }

    /// The claims of a token we signed that has not expired; nil for every other text.
    func claims(of token: String, now: Date) -> Claims? {
        guard let jwt = CompactJWT(token), jwt.header.alg == "HS256", jwt.header.typ == Self.type,
            let key = keys.first(where: { $0.id == jwt.header.kid }),
            HMAC<SHA256>.isValidAuthenticationCode(jwt.signature, authenticating: jwt.signed, using: key.key),
            let claims = try? JSONDecoder().decode(Claims.self, from: jwt.payload), claims.iss == Self.issuer,
            Double(claims.exp) > now.timeIntervalSince1970
        else { return nil }
        return claims
    }
}
