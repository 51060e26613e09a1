import Foundation
import Logging
import Postgres
import ServiceLifecycle

/// Every ten minutes, deletes what serves nobody any more: answered or expired challenges, counts of past days, ended sessions.
struct DeleteExpiredJob: Service {
    private static let interval = Duration.seconds(600)
    private static let batch: Int64 = 1_000
    /// How long ended sessions are kept, so that a stolen refresh token is still recognised.
    private static let keptSeconds = 30 * 86_400.0

    let pool: PostgresPool
    let now: @Sendable () -> Date
    let logger: Logger

    func run() async throws {
        try? await cancelWhenGracefulShutdown {
            while true {
                do { try await deleteExpired() } catch {
                    if error is CancellationError { throw error }
                    logger.warning("expired rows of accounts could not be deleted", metadata: ["error": "\(error)"])
                }
                try await Task.sleep(for: Self.interval)
            }
        }
    }

    func deleteExpired() async throws {
        let now = now()
        let statements: [SQL] = [
            "DELETE FROM challenges WHERE challenge_id IN (SELECT challenge_id FROM challenges WHERE expires_at < \(now - 86_400) LIMIT \(Self.batch))",
            """
            DELETE FROM attempt_counts WHERE (key, window_start) IN
                (SELECT key, window_start FROM attempt_counts WHERE window_start < \(now - 2 * 86_400) LIMIT \(Self.batch))
            """,
            """
            DELETE FROM sessions WHERE session_id IN
                (SELECT session_id FROM sessions WHERE least(ended_at, expires_at) < \(now - Self.keptSeconds) LIMIT \(Self.batch))
            """,
            """
            DELETE FROM refresh_tokens WHERE token_hash IN
                (SELECT token_hash FROM refresh_tokens WHERE used_at < \(now - Self.keptSeconds) LIMIT \(Self.batch))
            """,
        ]
        for statement in statements { while try await pool.query(statement).affectedRows == Int(Self.batch) {} }
    }
}
