import Crypto
import Foundation

/// What a password must be: long enough, and not one that others try first. No demands for signs or digits.
struct PasswordRules: Sendable {
    static let fewestCharacters = 10
    static let mostBytes = 256

    private let guessable: Set<String>
    private let breached: BreachedPasswords?

    /// - Parameters:
    ///   - guessableFile: one password a line, lower case, `#` starts a comment.
    ///   - breachedFile: a sorted list of SHA-1 hashes, if there is one.
    /// - Throws: when a file cannot be read.
    init(guessableFile: String, breachedFile: String?) throws {
        let text = try String(contentsOfFile: guessableFile, encoding: .utf8)
        guessable = Set(text.split(separator: "\n").map(String.init).filter { !$0.hasPrefix("#") })
        breached = try breachedFile.map(BreachedPasswords.init(path:))
    }

    /// What is wrong with a password, in plain words; nil if nothing is.
    /// - Parameter email: the account's, which is no password.
    func complaint(_ password: String, email: String?) -> (code: String, detail: String)? {
        if password.count < Self.fewestCharacters {
            return ("too_short", "Use at least \(Self.fewestCharacters) characters. A few words in a row are easy to remember.")
        }
        if isGuessable(password, email: email) || breached?.contains(password) == true {
            return ("guessable", "Others try this password first. Choose another one.")
        }
        return nil
    }

    /// Also with digits and signs around it, digits and signs alone, and a few characters repeated or in a row.
    private func isGuessable(_ password: String, email: String?) -> Bool {
        let lower = password.lowercased()
        let core = lower.trimmingCharacters(in: CharacterSet.letters.inverted)
        if core.isEmpty || guessable.contains(lower) || guessable.contains(core) { return true }
        if let email, lower == email || lower == email.prefix(while: { $0 != "@" }) { return true }
        let scalars = lower.unicodeScalars.map(\.value)
        let steps = Set(zip(scalars, scalars.dropFirst()).map { Int($1) - Int($0) })
        return Set(scalars).count <= 3 || steps == [1] || steps == [-1]
    }
}

/// A file of SHA-1 hashes in hexadecimal, one a line, sorted, with anything after a colon: the form in which Have I Been
/// Pwned gives its passwords. Mapped, never loaded; a look-up reads about thirty lines.
struct BreachedPasswords: Sendable {
    private let file: Data

    init(path: String) throws {
        file = try Data(contentsOf: URL(filePath: path), options: .alwaysMapped)
    }

    func contains(_ password: String) -> Bool {
        let wanted = Array(Insecure.SHA1.hash(data: Array(password.utf8)).flatMap { Self.hexadecimal($0) })
        var low = file.startIndex
        var high = file.endIndex
        while low < high {
            let start = lineStart(at: low + (high - low) / 2, notBefore: low)
            let end = file[start...].firstIndex(of: UInt8(ascii: "\n")) ?? file.endIndex
            let line = file[start..<end].prefix(40).map(Self.upperCase)
            if line == wanted { return true }
            if line.lexicographicallyPrecedes(wanted) { low = min(end + 1, high) } else { high = start }
        }
        return false
    }

    private func lineStart(at position: Data.Index, notBefore low: Data.Index) -> Data.Index {
        var start = position
        while start > low, file[start - 1] != UInt8(ascii: "\n") { start -= 1 }
        return start
    }

    private static func hexadecimal(_ byte: UInt8) -> [UInt8] {
        let digits = Array("0123456789ABCDEF".utf8)
        return [digits[Int(byte >> 4)], digits[Int(byte & 15)]]
    }

    private static func upperCase(_ byte: UInt8) -> UInt8 { byte >= UInt8(ascii: "a") ? byte - 32 : byte }
}
