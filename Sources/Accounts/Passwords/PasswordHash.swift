import Crypto
import CryptoExtras
import Foundation
import Web

/// What a password costs to try (RFC 7914).
struct ScryptCost: Sendable, Equatable {
    /// The rounds are 2 to this power; memory is 128 × block size × rounds bytes.
    let logRounds: Int
    let blockSize: Int
    let parallelism: Int

    /// With 15, 32 MiB and about a tenth of a second: one of the equal choices of OWASP's password storage cheat sheet.
    init(logRounds: Int, blockSize: Int = 8, parallelism: Int = 3) {
        self.logRounds = logRounds
        self.blockSize = blockSize
        self.parallelism = parallelism
    }
}

/// A password's hash with everything needed to check it, written as `$scrypt$ln=15,r=8,p=3$salt$hash` (PHC string format),
/// so that the cost can rise while old hashes still hold.
struct PasswordHash: Equatable {
    let cost: ScryptCost
    let salt: [UInt8]
    let hash: [UInt8]

    /// Hashes with a new salt. Takes the time and memory of `cost`: never on an event loop.
    init(_ password: String, cost: ScryptCost) throws {
        let salt = (0..<16).map { _ in UInt8.random(in: .min ... .max) }
        self.init(cost: cost, salt: salt, hash: try Self.derive(password, salt: salt, cost: cost))
    }

    private init(cost: ScryptCost, salt: [UInt8], hash: [UInt8]) {
        self.cost = cost
        self.salt = salt
        self.hash = hash
    }

    /// Whether the password is the one. Costs what it cost to hash; compares in constant time.
    func matches(_ password: String) throws -> Bool {
        let other = try Self.derive(password, salt: salt, cost: cost)
        return zip(hash, other).reduce(0 as UInt8) { $0 | ($1.0 ^ $1.1) } == 0
    }

    private static func derive(_ password: String, salt: [UInt8], cost: ScryptCost) throws -> [UInt8] {
        // The same characters typed on another keyboard are the same password.
        let bytes = Array(password.precomposedStringWithCompatibilityMapping.utf8)
        let key = try KDF.Scrypt.deriveKey(
            from: bytes, salt: salt, outputByteCount: 32, rounds: 1 << cost.logRounds, blockSize: cost.blockSize,
            parallelism: cost.parallelism)
        return key.withUnsafeBytes { Array($0) }
    }
}

extension PasswordHash {
    var text: String {
        "$scrypt$ln=\(cost.logRounds),r=\(cost.blockSize),p=\(cost.parallelism)$\(Base64URL.encode(salt))$\(Base64URL.encode(hash))"
    }

    /// Nil unless the text is what `text` writes.
    init?(text: String) {
        let parts = text.split(separator: "$", omittingEmptySubsequences: false)
        guard parts.count == 5, parts[0].isEmpty, parts[1] == "scrypt", let cost = Self.cost(parts[2]),
            let salt = Base64URL.decode(String(parts[3])), let hash = Base64URL.decode(String(parts[4])), salt.count == 16, hash.count == 32
        else { return nil }
        self.init(cost: cost, salt: salt, hash: hash)
    }

    private static func cost(_ text: Substring) -> ScryptCost? {
        let numbers = text.split(separator: ",").map { $0.split(separator: "=") }
        guard numbers.map(\.first) == ["ln", "r", "p"], numbers.allSatisfy({ $0.count == 2 }) else { return nil }
        let values = numbers.compactMap { Int($0[1]) }
        guard values.count == 3, (1...24).contains(values[0]), (1...32).contains(values[1]), (1...16).contains(values[2]) else { return nil }
        return ScryptCost(logRounds: values[0], blockSize: values[1], parallelism: values[2])
    }
}
