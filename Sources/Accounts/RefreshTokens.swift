import Audit
import Foundation
import Postgres
import Web

extension AccountsFeature {
    private enum Outcome {
        case refused
        case stolen
        case renewed(account: UUID, session: UUID, SecretToken)
    }

    /// Exchanges a refresh token for new tokens; it works once. Used again within ten seconds it gives tokens too, because
    /// apps refresh in parallel; later it is a thief's or its victim's, and the whole sign-in ends.
    /// - Throws: `AccountRefusal.wrongToken`.
    func refresh(_ token: String, client: Client) async throws -> SignedIn {
        let now = now()
        let outcome = try await pool.transaction { connection in
            try await exchange(SecretToken(text: token), client: client, now: now, on: connection)
        }
        guard case .renewed(let account, let session, let renewed) = outcome else { throw AccountRefusal.wrongToken }
        return SignedIn(
            accountID: account, sessionID: session, accessToken: try accessTokens.sign(account: account, session: session, now: now),
            refreshToken: renewed.text)
    }

    private func exchange(_ token: SecretToken, client: Client, now: Date, on connection: PostgresConnection) async throws -> Outcome {
        let rows = try await connection.query(
            """
            SELECT t.session_id, t.used_at, s.account_id FROM refresh_tokens t
            JOIN sessions s ON s.session_id = t.session_id JOIN accounts a ON a.account_id = s.account_id
            WHERE t.token_hash = \(token.hash) AND s.ended_at IS NULL AND s.expires_at > \(now)
                AND s.last_used_at > \(now - SessionStore.idleSeconds) AND a.disabled_at IS NULL
            FOR UPDATE OF t, s
            """)
        guard let row = rows.first else { return .refused }
        let (session, account): (UUID, UUID) = (try row.decode("session_id"), try row.decode("account_id"))
        if let usedAt: Date = try row.decode("used_at"), now.timeIntervalSince(usedAt) > SessionStore.graceSeconds {
            _ = try await sessions.end(session, of: account, now: now, on: connection)
            try await AuditLog.append(client.entry(account, "session.reuse-detected", account: account), on: connection)
            return .stolen
        }
        try await connection.query("UPDATE refresh_tokens SET used_at = \(now) WHERE token_hash = \(token.hash) AND used_at IS NULL")
        try await connection.query("UPDATE sessions SET last_used_at = \(now) WHERE session_id = \(session)")
        let renewed = SecretToken.make()
        try await sessions.addRefreshToken(renewed, of: session, now: now, on: connection)
        return .renewed(account: account, session: session, renewed)
    }
}
