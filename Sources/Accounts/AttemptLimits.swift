import Crypto
import Foundation
import Postgres

/// How often something may be tried, counted in the database: for all servers, and over restarts. Counted before the try and in
/// a statement of its own, so that no rollback forgets it.
struct AttemptLimits: Sendable {
    /// What is counted.
    enum Kind: String {
        /// Sends to one address or number, and the codes tried for it.
        case sendsToDestination, codesOfDestination
        /// Passwords tried for one e-mail address.
        case passwordsOfEmail
        /// Second factors tried for one account, and changes of its password.
        case codesOfAccount
        /// Of one client address.
        case sendsByClient, triesByClient, signUpsByClient
        /// All text messages, which cost money.
        case textMessages
    }

    struct Limit {
        let count: Int
        let windowSeconds: Int
    }

    let pool: PostgresPool
    let key: SymmetricKey
    /// False for load tests, whose clients share one address.
    let limitsClients: Bool

    /// Generous to people, hopeless for guessers: six digits, five tries a code, thirty a day.
    private static func limits(_ kind: Kind) -> [Limit] {
        switch kind {
        case .sendsToDestination: [Limit(count: 5, windowSeconds: 3600), Limit(count: 10, windowSeconds: 86_400)]
        case .codesOfDestination: [Limit(count: 30, windowSeconds: 86_400)]
        case .passwordsOfEmail: [Limit(count: 10, windowSeconds: 900), Limit(count: 50, windowSeconds: 86_400)]
        case .codesOfAccount: [Limit(count: 10, windowSeconds: 900), Limit(count: 50, windowSeconds: 86_400)]
        case .sendsByClient: [Limit(count: 30, windowSeconds: 3600), Limit(count: 100, windowSeconds: 86_400)]
        case .triesByClient: [Limit(count: 100, windowSeconds: 3600)]
        case .signUpsByClient: [Limit(count: 30, windowSeconds: 3600)]
        case .textMessages: [Limit(count: 20_000, windowSeconds: 86_400)]
        }
    }

    /// Counts one try.
    /// - Throws: `AccountRefusal.tooMany`.
    func count(_ kind: Kind, _ value: [UInt8], now: Date) async throws {
        if !limitsClients, [.sendsByClient, .triesByClient, .signUpsByClient].contains(kind) { return }
        for limit in Self.limits(kind) { try await count(kind, value, limit, now: now) }
    }

    func count(_ kind: Kind, _ value: String, now: Date) async throws { try await count(kind, Array(value.utf8), now: now) }

    private func count(_ kind: Kind, _ value: [UInt8], _ limit: Limit, now: Date) async throws {
        let window = Double(limit.windowSeconds)
        let start = Date(timeIntervalSince1970: (now.timeIntervalSince1970 / window).rounded(.down) * window)
        let name = "\(kind.rawValue)|\(limit.windowSeconds)|"
        let hash = Array(HMAC<SHA256>.authenticationCode(for: Array(name.utf8) + value, using: key).prefix(16))
        let counted = try await pool.query(
            """
            INSERT INTO attempt_counts (key, window_start, count) VALUES (\(hash), \(start), 1)
            ON CONFLICT (key, window_start) DO UPDATE SET count = attempt_counts.count + 1 WHERE attempt_counts.count < \(Int32(limit.count))
            RETURNING count
            """)
        if counted.isEmpty { throw AccountRefusal.tooMany(retryAfterSeconds: max(1, Int((start + window).timeIntervalSince(now).rounded(.up)))) }
    }
}
