import Crypto
import Foundation
import Postgres
import Web

/// Something to be answered with a code.
struct Challenge: Sendable {
    enum Purpose: String, PostgresCodable {
        case signIn = "sign-in"
        case verification
        case passwordReset = "password-reset"
        case secondFactor = "second-factor"
    }

    static let lifetimeSeconds = 600.0
    static let mostAttempts = 5

    let challengeID: UUID
    let expiresAt: Date
}

/// A challenge that was answered, once.
struct AnsweredChallenge: Sendable {
    let accountID: UUID?
    let email: String?
    let phone: String?
}

/// SQL of challenges. The row never says whether somebody has the address.
struct ChallengeStore: Sendable {
    let pool: PostgresPool
    /// Hashes codes: six digits are quickly tried by who has the table alone.
    let key: SymmetricKey

    func create(
        _ purpose: Challenge.Purpose, account: UUID?, email: String? = nil, phone: String? = nil, code: String?, now: Date,
        on connection: (any PostgresQuerying)? = nil
    ) async throws -> Challenge {
        let challenge = Challenge(challengeID: UUID(), expiresAt: now + Challenge.lifetimeSeconds)
        let hash = code.map { self.hash($0, of: challenge.challengeID) }
        try await (connection ?? pool).query(
            """
            INSERT INTO challenges (challenge_id, purpose, account_id, email, phone, code_hash, created_at, expires_at)
            VALUES (\(challenge.challengeID), \(purpose), \(account), \(email), \(phone), \(hash), \(now), \(challenge.expiresAt))
            """)
        return challenge
    }

    /// Where a challenge was sent, to count tries by it; nil for unknown ones.
    func destination(_ challengeID: UUID) async throws -> String? {
        try await pool.query("SELECT coalesce(email, phone, account_id::text) AS destination FROM challenges WHERE challenge_id = \(challengeID)").first?
            .decode("destination")
    }

    /// Takes one of a challenge's attempts, at once and for good.
    /// - Returns: nil when it is unknown, used, expired, of another purpose or has no attempt left.
    func attempt(_ challengeID: UUID, _ purpose: Challenge.Purpose, now: Date) async throws -> (answered: AnsweredChallenge, codeHash: [UInt8]?)? {
        let rows = try await pool.query(
            """
            UPDATE challenges SET attempts = attempts + 1
            WHERE challenge_id = \(challengeID) AND purpose = \(purpose) AND used_at IS NULL AND expires_at > \(now)
                AND attempts < \(Int32(Challenge.mostAttempts))
            RETURNING account_id, email, phone, code_hash
            """)
        return try rows.first.map { row in
            (
                AnsweredChallenge(accountID: try row.decode("account_id"), email: try row.decode("email"), phone: try row.decode("phone")),
                try row.decode("code_hash")
            )
        }
    }

    /// Uses a challenge up. False if somebody else did first.
    func use(_ challengeID: UUID, now: Date, on connection: some PostgresQuerying) async throws -> Bool {
        try await connection.query("UPDATE challenges SET used_at = \(now) WHERE challenge_id = \(challengeID) AND used_at IS NULL").affectedRows == 1
    }

    /// Whether a code is the one; takes the same time for every code.
    func isRight(_ code: String, _ hash: [UInt8]?, of challengeID: UUID) -> Bool {
        let other = self.hash(code, of: challengeID)
        return hash.map { zip($0, other).reduce($0.count ^ other.count) { $0 | Int($1.0 ^ $1.1) } == 0 } ?? false
    }

    private func hash(_ code: String, of challengeID: UUID) -> [UInt8] {
        Array(HMAC<SHA256>.authenticationCode(for: Array("\(challengeID.uuidString) \(code)".utf8), using: key))
    }
}
