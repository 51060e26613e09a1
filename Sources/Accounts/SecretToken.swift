import Crypto
import Web

/// 32 random bytes that open something, as text for their holder. Stored as a hash only, which needs no key and no salt:
/// nobody can try 2^256 values.
struct SecretToken {
    let text: String

    static func make() -> SecretToken { SecretToken(text: Base64URL.encode((0..<32).map { _ in UInt8.random(in: .min ... .max) })) }

    var hash: [UInt8] { Array(SHA256.hash(data: Array(text.utf8))) }
}
