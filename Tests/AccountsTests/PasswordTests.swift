import Crypto
import CryptoExtras
import Foundation
import Testing
import Web

@testable import Accounts

@Suite struct PasswordTests {
    static let cheap = ScryptCost(logRounds: 4, blockSize: 2, parallelism: 1)
    static let dataDirectory = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent().path() + "/Data/Accounts"

    @Test("The derivation is RFC 7914's: its second vector")
    func vector() throws {
        let key = try KDF.Scrypt.deriveKey(
            from: Array("password".utf8), salt: Array("NaCl".utf8), outputByteCount: 64, rounds: 1024, blockSize: 8, parallelism: 16)
        let hexadecimal = key.withUnsafeBytes { $0.map { String(format: "%02x", $0) }.joined() }
        #expect(hexadecimal.hasPrefix("fdbabe1c9d3472007856e7190d01e9fe7c6ad7cbc8237830e77376634b373162"))
    }

    @Test("A hash knows its password and no other, carries cost and salt in its text, and is different each time")
    func format() throws {
        let hash = try PasswordHash("a long pass phrase", cost: Self.cheap)
        #expect(hash.text.hasPrefix("$scrypt$ln=4,r=2,p=1$"))
        let read = try #require(PasswordHash(text: hash.text))
        #expect(read == hash)
        #expect(try read.matches("a long pass phrase"))
        #expect(try !read.matches("a long pass phrase "))
        #expect(try PasswordHash("a long pass phrase", cost: Self.cheap) != hash)
        // é typed as one character and as two
        #expect(try PasswordHash("caf\u{E9} caf\u{E9} caf", cost: Self.cheap).matches("cafe\u{301} cafe\u{301} caf"))
    }

    @Test("Text that is no hash of ours is not read", arguments: [
        "", "$scrypt$", "$argon2id$v=19$m=1,t=1,p=1$aa$bb", "$scrypt$ln=99,r=8,p=1$AAAAAAAAAAAAAAAAAAAAAA$AA", "$scrypt$ln=4,r=2$AA$AA",
        "plain",
    ])
    func malformed(text: String) { #expect(PasswordHash(text: text) == nil) }

    @Test("An old, cheaper hash still holds and is replaced; nobody's password is wrong")
    func upgrade() async throws {
        let hasher = try PasswordHasher(cost: ScryptCost(logRounds: 5, blockSize: 2, parallelism: 1))
        let old = try PasswordHash("right", cost: Self.cheap).text
        guard case .right(let upgraded?) = try await hasher.check("right", against: old) else { return #expect(Bool(false)) }
        #expect(try await hasher.check("right", against: upgraded) == .right(upgraded: nil))
        #expect(try await hasher.check("wrong", against: old) == .wrong)
        #expect(try await hasher.check("", against: nil) == .wrong)
    }

    @Test("When too many wait, the next is told to come again, and afterwards all is well")
    func flood() async throws {
        let hasher = try PasswordHasher(cost: ScryptCost(logRounds: 12, blockSize: 8, parallelism: 1), mostWaiting: 3)
        let refused = await withTaskGroup(of: Bool.self) { group in
            for _ in 0..<30 { group.addTask { do { _ = try await hasher.hash("a"); return false } catch { return error is Problem } } }
            return await group.reduce(0) { $0 + ($1 ? 1 : 0) }
        }
        #expect((1...27).contains(refused))
        _ = try await hasher.hash("a")
    }

    @Test("Short and guessable passwords are refused, others not", arguments: [
        ("short", "too_short"), ("password12345", "guessable"), ("PassWord12345!", "guessable"), ("1234567890", "guessable"),
        ("abcdefghijkl", "guessable"), ("aaaaaaaaaaaa", "guessable"), ("ann@example.com", "guessable"), ("qwertyuiop", "guessable"),
        ("johannesburg", "guessable"), ("three blue kettles", nil), ("Tr0ub4dor&3xx", nil),
    ])
    func rules(password: String, code: String?) throws {
        let rules = try PasswordRules(guessableFile: Self.dataDirectory + "/guessable-passwords.txt", breachedFile: nil)
        #expect(rules.complaint(password, email: "ann@example.com")?.code == code)
    }

    @Test("The search in a sorted file of hashes agrees with a plain look at all of them", arguments: [0, 1, 2, 3, 100, 1001])
    func breached(count: Int) throws {
        let all = (0..<count + 50).map { "password number \($0)" }
        func hash(_ text: String) -> String { Insecure.SHA1.hash(data: Array(text.utf8)).map { String(format: "%02X", $0) }.joined() }
        let listed = Set(all.prefix(count))
        let path = FileManager.default.temporaryDirectory.appending(path: "breached-\(UUID().uuidString)").path()
        defer { try? FileManager.default.removeItem(atPath: path) }
        // Lines of different lengths, as the counts after the colon make them.
        let lines = listed.map(hash).sorted().enumerated().map { "\($1):\(String(repeating: "7", count: $0 % 9 + 1))" }
        try Data((lines.joined(separator: "\r\n") + (count.isMultiple(of: 2) ? "" : "\n")).utf8).write(to: URL(filePath: path))
        let file = try BreachedPasswords(path: path)
        for password in all { #expect(file.contains(password) == listed.contains(password), "\(password)") }
    }
}
