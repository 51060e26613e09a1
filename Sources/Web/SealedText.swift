import Crypto

/// Words that may speak of health, sealed so they can stand in one parameter of an address:
/// AES-256-GCM with a random nonce, base64url. Nobody without the key can read or change them; their length shows.
public struct SealedText: Sendable {
    let key: SymmetricKey

    /// Seals a text; the result has 4/3 of its bytes and 38 characters more, and differs each time.
    /// - Throws: only if the cryptography library fails.
    public func seal(_ text: String) throws -> String {
        let box = try AES.GCM.seal(Array(text.utf8), using: key)
        return Base64URL.encode(Array(box.nonce) + box.ciphertext + box.tag)
    }

    /// The text that was sealed, or nil if this is not a text we sealed (cut, changed, or from before a key change).
    public func open(_ sealed: String) -> String? {
        guard let bytes = Base64URL.decode(sealed),
            let box = try? AES.GCM.SealedBox(combined: bytes),
            let text = try? AES.GCM.open(box, using: key)
        else { return nil }
        return String(validating: text, as: UTF8.self)
    }
}
