import Crypto

/// The keys of this server, all derived from one root key with HKDF-SHA256 (RFC 5869) and a label of their own,
/// so that no key tells anything about another. Never printed.
public struct WebSecrets: Sendable {
    /// Seals words into addresses.
    public let sealedText: SealedText
    /// Signs cursors.
    public let cursorSigner: CursorSigner
    private let root: SymmetricKey

    /// - Parameter rootKey: at least 32 random bytes, the same on all servers behind one address.
    public init(rootKey: [UInt8]) {
        precondition(rootKey.count >= 32, "the root key must hold at least 32 bytes")
        root = SymmetricKey(data: rootKey)
        sealedText = SealedText(key: Self.derive("web/sealed-text/v1", from: root))
        cursorSigner = CursorSigner(key: Self.derive("web/cursor/v1", from: root))
    }

    /// Seals a feature's texts under a key of their own.
    /// - Parameter purpose: unique in the program, for example `symptoms/check`.
    public func sealing(_ purpose: String) -> SealedText { SealedText(key: Self.derive("sealed/\(purpose)/v1", from: root)) }

    /// A feature's own key of 256 bits.
    /// - Parameter purpose: unique in the program and with its version, for example `accounts/access-tokens/v1`.
    public func key(_ purpose: String) -> SymmetricKey { Self.derive("key/\(purpose)", from: root) }

    private static func derive(_ label: String, from root: SymmetricKey) -> SymmetricKey {
        HKDF<SHA256>.deriveKey(inputKeyMaterial: root, info: Array(label.utf8), outputByteCount: 32)
    }
}
