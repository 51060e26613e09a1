import Foundation
import Postgres

/// SQL of where an app gets push messages. A token is its sign-in's: it counts while that stands, and goes to whoever signs in on the phone next.
enum PushTokens {
    static let mostBytes = 1_024

    static func set(_ token: String, of session: UUID, now: Date, on connection: PostgresConnection) async throws {
        // Two sign-ins on one phone at once: the later one has it.
        try await connection.query("SELECT pg_advisory_xact_lock(hashtextextended(\("push token " + token), 0))")
        try await connection.query("DELETE FROM push_tokens WHERE token = \(token) AND session_id <> \(session)")
        try await connection.query(
            """
            INSERT INTO push_tokens (session_id, token, registered_at) VALUES (\(session), \(token), \(now))
            ON CONFLICT (session_id) DO UPDATE SET token = excluded.token, registered_at = excluded.registered_at
            """)
    }

    static func remove(of session: UUID, on database: some PostgresQuerying) async throws {
        try await database.query("DELETE FROM push_tokens WHERE session_id = \(session)")
    }

    static func remove(_ token: String, on database: some PostgresQuerying) async throws {
        try await database.query("DELETE FROM push_tokens WHERE token = \(token)")
    }
}
