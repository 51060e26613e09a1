import Crypto
import Foundation

/// Encrypts single fields: AES-256-GCM under versioned keys. Each sealed value says which key sealed it and is bound to its
/// table, row and column, so that nobody can move it to another person. Equal plain texts have equal keyed hashes, for look-up.
public struct FieldCipher: Sendable {
    private let keys: [Int32: SymmetricKey]
    /// Seals what is new.
    public let newestVersion: Int32

    /// Where a value belongs.
    struct Place {
        let table: String
        let row: UUID
        let column: String
    }

    /// A value that does not open: no key of its version, changed, or moved.
    struct NotReadable: Error {}

    /// - Parameter text: `1:<64 hexadecimal digits>,2:<…>`; the highest number seals, the others still open.
    /// - Returns: nil unless the text is that.
    public init?(_ text: String) {
        var keys: [Int32: SymmetricKey] = [:]
        for entry in text.split(separator: ",", omittingEmptySubsequences: false) {
            let parts = entry.split(separator: ":")
            guard parts.count == 2, let version = Int32(parts[0]), version > 0, keys[version] == nil, parts[1].utf8.count == 64,
                let bytes = Self.bytes(hexadecimal: parts[1])
            else { return nil }
            keys[version] = SymmetricKey(data: bytes)
        }
        guard let newest = keys.keys.max() else { return nil }
        self.keys = keys
        newestVersion = newest
    }

    /// - Throws: only if the cryptography library fails.
    func seal(_ text: String, at place: Place) throws -> [UInt8] { try seal(bytes: Array(text.utf8), at: place) }

    func seal(bytes: [UInt8], at place: Place) throws -> [UInt8] {
        let box = try AES.GCM.seal(bytes, using: key(newestVersion, "seal"), authenticating: place.bytes(newestVersion))
        return Self.bytes(newestVersion) + Array(box.nonce) + box.ciphertext + box.tag
    }

    func open(_ sealed: [UInt8], at place: Place) throws -> String {
        String(decoding: try openBytes(sealed, at: place), as: UTF8.self)
    }

    func openBytes(_ sealed: [UInt8], at place: Place) throws -> [UInt8] {
        let version = sealed.prefix(4).reduce(0 as Int32) { $0 << 8 | Int32($1) }
        guard sealed.count >= 32, keys[version] != nil, let box = try? AES.GCM.SealedBox(combined: sealed.dropFirst(4)),
            let bytes = try? AES.GCM.open(box, using: try key(version, "seal"), authenticating: place.bytes(version))
        else { throw NotReadable() }
        return Array(bytes)
    }

    /// The hash to store with a value sealed now.
    /// - Parameter purpose: what is hashed; values of different purposes never compare equal.
    func hash(_ text: String, purpose: String) throws -> [UInt8] { try hash(text, purpose, newestVersion) }

    /// The hashes a stored value may have, one for each key.
    func hashes(_ text: String, purpose: String) throws -> [[UInt8]] { try keys.keys.sorted().map { try hash(text, purpose, $0) } }

    private func hash(_ text: String, _ purpose: String, _ version: Int32) throws -> [UInt8] {
        Array(HMAC<SHA256>.authenticationCode(for: Array("\(purpose)\0\(text)".utf8), using: try key(version, "look-up")))
    }

    /// Encrypting and hashing have keys of their own.
    private func key(_ version: Int32, _ use: String) throws -> SymmetricKey {
        guard let root = keys[version] else { throw NotReadable() }
        return HKDF<SHA256>.deriveKey(inputKeyMaterial: root, info: Array("field/\(use)/v1".utf8), outputByteCount: 32)
    }

    private static func bytes(_ version: Int32) -> [UInt8] { withUnsafeBytes(of: version.bigEndian) { Array($0) } }

    private static func bytes(hexadecimal digits: Substring) -> [UInt8]? {
        let nibbles = digits.compactMap { $0.isASCII ? $0.hexDigitValue : nil }
        guard nibbles.count == digits.utf8.count else { return nil }
        return stride(from: 0, to: nibbles.count, by: 2).map { UInt8(nibbles[$0] << 4 | nibbles[$0 + 1]) }
    }
}

extension FieldCipher.Place {
    fileprivate func bytes(_ version: Int32) -> [UInt8] { Array("\(version)|\(table)|\(row.uuidString)|\(column)".utf8) }
}

extension FieldCipher: CustomStringConvertible, CustomReflectable {
    /// Without the keys.
    public var description: String { "FieldCipher(newest key \(newestVersion))" }
    public var customMirror: Mirror { Mirror(self, children: []) }
}
