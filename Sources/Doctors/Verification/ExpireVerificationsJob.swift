import Domain
import Foundation
import Jobs
import Postgres
import ServiceLifecycle

/// Ends verifications whose card ran out, drafts nobody went on with, and documents nobody needs; reminds of cards that run out soon.
public struct ExpireVerificationsJob: Service {
    let verifications: Verifications

    /// Five minutes are the longest a card that ran out at midnight still counts.
    private static let interval = Duration.seconds(300)
    /// A draft holds its profile against others.
    static let draftDays = 14
    /// What was shown is kept so long after a case ended, for questions about the decision.
    static let documentDays = 90
    private static let batch = 200

    public func run() async throws {
        try await PeriodicJob(name: "expire verifications", every: Self.interval, logger: verifications.logger) {
            try await expire()
            try await remind()
            try await withdrawStaleDrafts()
            try await deleteDocuments()
        }.run()
    }

    /// Ends what ran out before today, in transactions of one case each.
    func expire() async throws {
        let today = PostgresDate(verifications.today)
        try await forEach("state = 'verified' AND card_valid_until < \(today)") { id, connection in
            let expired = try await VerificationStore(database: connection).update(id, "state = 'expired'")
            try await connection.query(
                "UPDATE doctors SET verification_state = 'unverified' WHERE doctor_id = \(expired.doctorID) AND verification_state = 'verified'"
            )
            try await VerificationEvents.expired(expired, on: connection)
        }
    }

    /// Reminds, but not whose renewal is under way.
    func remind() async throws {
        let today = verifications.today
        for days in VerificationRules.reminderDays {
            let last = PostgresDate(today + days)
            let due: SQL = """
                state = 'verified' AND card_valid_until BETWEEN \(PostgresDate(today)) AND \(last) AND coalesce(reminded_days, 999) > \(Int32(days))
                AND NOT EXISTS (
                    SELECT FROM doctor_verifications o WHERE o.account_id = v.account_id AND o.state IN ('submitted', 'in_review'))
                """
            try await forEach(due) { id, connection in
                let store = VerificationStore(database: connection)
                guard let cardValidUntil = try await store.verification(id)?.facts?.cardValidUntil else { return }
                let reminder = VerificationRules.dueReminder(cardValidUntil, on: today) ?? days
                let reminded = try await store.update(id, "reminded_days = \(Int16(reminder))")
                try await VerificationEvents.expiring(
                    reminded, daysLeft: cardValidUntil.daysSince1970 - today.daysSince1970, on: connection)
            }
        }
    }

    func withdrawStaleDrafts() async throws {
        let before = verifications.now() - Double(Self.draftDays * 86_400)
        try await forEach("state = 'draft' AND updated_at < \(before)") { id, connection in
            _ = try await VerificationStore(database: connection).update(id, "state = 'withdrawn'")
        }
    }

    /// The object first, then what is known of it: a lost connection between the two makes it happen again, not never.
    func deleteDocuments() async throws {
        let store = VerificationStore(database: verifications.pool)
        try await store.abandonDocuments(endedBefore: verifications.now() - Double(Self.documentDays * 86_400))
        guard let bucket = verifications.bucket else { return }
        let unsendable = verifications.now() - Double(2 * Verifications.addressSeconds)
        for key in try await store.abandonedKeys(before: unsendable, limit: Self.batch) {
            try await bucket.delete(key)
            try await store.forget(key)
        }
    }

    /// Runs `body` in a transaction of its own for every case that a condition holds for; several servers share the work.
    private func forEach(_ condition: SQL, _ body: @escaping @Sendable (UUID, PostgresConnection) async throws -> Void) async throws {
        while try await verifications.pool.transaction({ connection in
            let row = try await connection.query(
                """
                SELECT verification_id FROM doctor_verifications v WHERE \(condition)
                ORDER BY verification_id LIMIT 1 FOR NO KEY UPDATE SKIP LOCKED
                """
            ).first
            guard let row else { return false }
            try await body(try row.decode("verification_id"), connection)
            return true
        }) {}
    }
}
