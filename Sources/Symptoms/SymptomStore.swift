import Foundation
import Postgres
import Web

/// All SQL of this feature: words kept with consent, and proofs of consent.
struct SymptomStore: Sendable {
    enum Purpose: String, Sendable { case model, storage }
    /// Of the sentences on the page and in the contract; raise it when they change.
    static let consentTextVersion = 1

    let pool: PostgresPool
    let retentionDays: Int
    let sealing: SealedText

    /// No answer waits longer for storage.
    static let deadlineMilliseconds = 500

    /// Records that somebody agreed, once for each check and purpose.
    /// - Returns: whether the consent still holds: false once it was withdrawn.
    func recordConsent(_ purpose: Purpose, of check: UUID) async throws -> Bool {
        try await withinDeadline {
            try await pool.transaction { connection in try await Self.consent(purpose, of: check, on: connection) != nil }
        }
    }

    /// Keeps the words; those of an earlier turn are replaced. Kept for the days since the consent, however long the conversation.
    /// - Returns: until when; `nil` when the consent was withdrawn or those days are over.
    func keep(_ check: SymptomCheck) async throws -> Date? {
        let sealed = try sealing.seal(String(decoding: JSONEncoder().encode(check), as: UTF8.self))
        return try await withinDeadline {
            try await pool.transaction { connection in
                guard let given = try await Self.consent(.storage, of: check.number, on: connection) else { return nil }
                return try await connection.query(
                    """
                    INSERT INTO symptom_checks (check_id, sealed_text, expires_at)
                    SELECT \(check.number), \(sealed), expiry FROM (SELECT \(given)::timestamptz + make_interval(days => \(Int32(retentionDays))) AS expiry) AS kept
                    WHERE expiry > clock_timestamp()
                    ON CONFLICT (check_id) DO UPDATE SET sealed_text = excluded.sealed_text
                    RETURNING expires_at
                    """
                ).first?.decode("expires_at")
            }
        }
    }

    /// Since when a consent holds, recorded now if it was not before; locked against being withdrawn meanwhile.
    private static func consent(_ purpose: Purpose, of check: UUID, on connection: PostgresConnection) async throws -> Date? {
        try await connection.query(
            """
            INSERT INTO symptom_consents (check_id, purpose, text_version)
            VALUES (\(check), \(purpose.rawValue), \(Self.consentTextVersion)) ON CONFLICT DO NOTHING
            """)
        return try await connection.query(
            """
            SELECT given_at FROM symptom_consents
            WHERE check_id = \(check) AND purpose = \(purpose.rawValue) AND text_version = \(Self.consentTextVersion) AND withdrawn_at IS NULL
            FOR SHARE
            """
        ).first?.decode("given_at")
    }

    /// - Throws: `CancellationError` when the time is over.
    private func withinDeadline<Value: Sendable>(_ body: @escaping @Sendable () async throws -> Value) async throws -> Value {
        try await withThrowingTaskGroup(of: Value.self) { group in
            group.addTask(operation: body)
            group.addTask {
                try await Task.sleep(for: .milliseconds(Self.deadlineMilliseconds))
                throw CancellationError()
            }
            defer { group.cancelAll() }
            guard let value = try await group.next() else { throw CancellationError() }
            return value
        }
    }

    /// Deletes the words and withdraws what was agreed to for them.
    func delete(_ check: UUID) async throws {
        try await pool.transaction { connection in
            try await connection.query("UPDATE symptom_consents SET withdrawn_at = clock_timestamp() WHERE check_id = \(check) AND withdrawn_at IS NULL")
            try await connection.query("DELETE FROM symptom_checks WHERE check_id = \(check)")
        }
    }

    /// Deletes at most a thousand that were kept long enough.
    /// - Returns: how many.
    func deleteExpired() async throws -> Int {
        try await pool.query(
            """
            DELETE FROM symptom_checks WHERE check_id IN
                (SELECT check_id FROM symptom_checks WHERE expires_at <= clock_timestamp() ORDER BY expires_at LIMIT 1000)
            RETURNING check_id
            """).count
    }
}
