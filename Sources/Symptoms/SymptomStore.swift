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

    /// Records that somebody agreed, once for each check and purpose.
    func recordConsent(_ purpose: Purpose, of check: UUID) async throws {
        try await pool.query(
            """
            INSERT INTO symptom_consents (check_id, purpose, text_version)
            VALUES (\(check), \(purpose.rawValue), \(Self.consentTextVersion)) ON CONFLICT DO NOTHING
            """)
    }

    /// Keeps the words; those of an earlier turn are replaced.
    /// - Returns: until when.
    func keep(_ check: SymptomCheck) async throws -> Date {
        let sealed = try sealing.seal(String(decoding: JSONEncoder().encode(check), as: UTF8.self))
        return try await pool.transaction { connection in
            try await connection.query(
                """
                INSERT INTO symptom_consents (check_id, purpose, text_version)
                VALUES (\(check.number), \(Purpose.storage.rawValue), \(Self.consentTextVersion)) ON CONFLICT DO NOTHING
                """)
            return try await connection.query(
                """
                INSERT INTO symptom_checks (check_id, sealed_text, expires_at)
                VALUES (\(check.number), \(sealed), clock_timestamp() + make_interval(days => \(Int32(retentionDays))))
                ON CONFLICT (check_id) DO UPDATE SET sealed_text = excluded.sealed_text
                RETURNING expires_at
                """)[0].decode("expires_at")
        }
    }

    func delete(_ check: UUID) async throws {
        try await pool.query("DELETE FROM symptom_checks WHERE check_id = \(check)")
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
