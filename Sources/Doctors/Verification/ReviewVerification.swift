import Foundation
import Postgres
import Web

extension Verifications {
    /// What waits for a decision, the oldest first; written down, for it names people.
    /// - Parameter after: where the page before ended.
    func queue(after: (submittedAt: Date, id: UUID)?, limit: Int, _ context: AppRequestContext) async throws -> [Verification] {
        try await pool.transaction { connection in
            try await dependencies.audit(context, "verification.queue-read", "verification:queue", connection)
            return try await VerificationStore(database: connection).queue(after: after, limit: limit)
        }
    }

    /// A case, for its account or for reviewers.
    /// - Throws: `.noSuchVerification`, also for other people's cases.
    func read(_ id: UUID, _ context: AppRequestContext) async throws -> Verification {
        let principal = try context.requirePrincipal()
        if let verification = try await VerificationStore(database: pool).verification(id), verification.accountID == principal.accountID {
            return verification
        }
        guard principal.roles.contains(.administrator) else { throw VerificationRefusal.noSuchVerification }
        return try await readForReview(id, context)
    }

    /// A case of anybody once it is handed in; written down.
    /// - Throws: `.noSuchVerification`.
    func readForReview(_ id: UUID, _ context: AppRequestContext) async throws -> Verification {
        try await pool.transaction { connection in
            guard let verification = try await VerificationStore(database: connection).verification(id), verification.submittedAt != nil
            else {
                throw VerificationRefusal.noSuchVerification
            }
            try await audit(context, "read", id, on: connection)
            return verification
        }
    }

    /// Takes a case, so that no two reviewers decide about it.
    /// - Throws: `VerificationRefusal`.
    func take(_ id: UUID, ifVersion version: Int, _ context: AppRequestContext, on connection: PostgresConnection) async throws
        -> Verification
    {
        let reviewer = try context.requirePrincipal().accountID
        let verification = try await reviewed(id, ifVersion: version, on: connection)
        guard verification.accountID != reviewer else { throw VerificationRefusal.ownCase }
        guard verification.state == .submitted else {
            throw verification.state == .inReview ? VerificationRefusal.takenByAnother : .wrongState(verification.state)
        }
        try await audit(context, "taken", id, on: connection)
        try await VerifiedProfile(connection: connection).follow(verification.doctorID, "in_review")
        return try await VerificationStore(database: connection).update(
            id, "state = 'in_review', reviewer_id = \(reviewer), taken_at = \(now())")
    }

    /// Gives a case back to the queue, also one of a reviewer who is away.
    /// - Throws: `VerificationRefusal`.
    func release(_ id: UUID, ifVersion version: Int, _ context: AppRequestContext, on connection: PostgresConnection) async throws
        -> Verification
    {
        let verification = try await reviewed(id, ifVersion: version, on: connection)
        guard verification.state == .inReview else { throw VerificationRefusal.wrongState(verification.state) }
        try await audit(context, "released", id, on: connection)
        try await VerifiedProfile(connection: connection).follow(verification.doctorID, "submitted")
        return try await VerificationStore(database: connection).update(id, "state = 'submitted', reviewer_id = NULL, taken_at = NULL")
    }
}
