import Domain
import Foundation
import Postgres
import Web

/// One sign-in, as its owner sees it in the list.
struct SessionSummary: Sendable {
    let sessionID: UUID
    let device: String
    let createdAt: Date
    let lastUsedAt: Date
}

/// SQL of sessions and refresh tokens. A session ends a year after its sign-in, or after 60 days without use.
struct SessionStore: Sendable {
    static let lifetimeSeconds = 365 * 86_400.0
    static let idleSeconds = 60 * 86_400.0
    /// Two refreshes of one token so close together are one client's, not a thief's.
    static let graceSeconds = 10.0
    /// `last_used_at` is written at most so often.
    private static let touchSeconds = 3600.0

    let pool: PostgresPool

    func create(_ accountID: UUID, cookieHash: [UInt8]?, device: String, now: Date, on connection: some PostgresQuerying) async throws -> UUID {
        let sessionID = UUID.timeOrdered(at: now)
        try await connection.query(
            """
            INSERT INTO sessions (session_id, account_id, cookie_hash, device, created_at, last_used_at, expires_at)
            VALUES (\(sessionID), \(accountID), \(cookieHash), \(device), \(now), \(now), \(now + Self.lifetimeSeconds))
            """)
        return sessionID
    }

    func addRefreshToken(_ token: SecretToken, of session: UUID, now: Date, on connection: some PostgresQuerying) async throws {
        try await connection.query(
            "INSERT INTO refresh_tokens (token_hash, session_id, created_at) VALUES (\(token.hash), \(session), \(now))")
    }

    /// Whether session `s` of a query has neither ended nor expired.
    static func stands(_ now: Date) -> SQL {
        "s.ended_at IS NULL AND s.expires_at > \(now) AND s.last_used_at > \(now - idleSeconds)"
    }

    /// Who a session belongs to, if it still stands: not ended, not expired, its account not disabled.
    func principal(session: UUID, account: UUID, now: Date) async throws -> Principal? {
        try await principal("s.session_id = \(session) AND s.account_id = \(account) AND s.cookie_hash IS NULL", now: now)
    }

    func principal(cookieHash: [UInt8], now: Date) async throws -> Principal? {
        try await principal("s.cookie_hash = \(cookieHash)", now: now)
    }

    private func principal(_ condition: SQL, now: Date) async throws -> Principal? {
        let rows = try await pool.query(
            """
            SELECT s.session_id, s.account_id, s.last_used_at,
                ARRAY(SELECT role FROM account_roles r WHERE r.account_id = s.account_id) AS roles
            FROM sessions s JOIN accounts a ON a.account_id = s.account_id
            WHERE \(condition) AND \(Self.stands(now)) AND a.disabled_at IS NULL
            """)
        guard let row = rows.first else { return nil }
        let sessionID: UUID = try row.decode("session_id")
        if try row.decode("last_used_at", as: Date.self) < now - Self.touchSeconds { try await touch(sessionID, now: now) }
        let roles: [String] = try row.decode("roles")
        return Principal(
            accountID: try row.decode("account_id"), sessionID: sessionID, roles: Set(roles.compactMap(Principal.Role.init(rawValue:))))
    }

    private func touch(_ session: UUID, now: Date) async throws {
        try await pool.query("UPDATE sessions SET last_used_at = \(now) WHERE session_id = \(session) AND last_used_at < \(now)")
    }

    func list(_ account: UUID, now: Date) async throws -> [SessionSummary] {
        try await pool.query(
            """
            SELECT session_id, device, created_at, last_used_at FROM sessions s WHERE account_id = \(account) AND \(Self.stands(now))
            ORDER BY last_used_at DESC, session_id LIMIT 100
            """
        ).map { row in
            SessionSummary(
                sessionID: try row.decode("session_id"), device: try row.decode("device"), createdAt: try row.decode("created_at"),
                lastUsedAt: try row.decode("last_used_at"))
        }
    }

    /// Ends one session of an account; false where it has no such session.
    func end(_ session: UUID, of account: UUID, now: Date, on connection: some PostgresQuerying) async throws -> Bool {
        try await connection.query(
            "UPDATE sessions SET ended_at = \(now) WHERE session_id = \(session) AND account_id = \(account) AND ended_at IS NULL"
        ).affectedRows == 1
    }

    /// Ends all sessions of an account but one.
    func endAll(of account: UUID, except kept: UUID? = nil, now: Date, on connection: some PostgresQuerying) async throws {
        try await connection.query(
            "UPDATE sessions SET ended_at = \(now) WHERE account_id = \(account) AND ended_at IS NULL AND session_id IS DISTINCT FROM \(kept)")
    }
}
