import Domain
import Foundation
import Postgres
import Web

/// What a reviewer says of a case.
enum VerificationDecision: Equatable, Sendable {
    case verified
    /// - Parameter note: for the doctor to read.
    case rejected(Verification.Reason, note: String)
}

extension Verifications {
    /// Decides about a case that the caller has taken.
    /// - Throws: `VerificationRefusal`.
    func decide(
        _ decision: VerificationDecision, on id: UUID, ifVersion version: Int, _ context: AppRequestContext,
        on connection: PostgresConnection
    ) async throws -> Verification {
        let verification = try await reviewed(id, ifVersion: version, on: connection)
        guard verification.state == .inReview, let facts = verification.facts else {
            throw VerificationRefusal.wrongState(verification.state)
        }
        guard try verification.reviewerID == context.requirePrincipal().accountID else { throw VerificationRefusal.takenByAnother }
        let decided: Verification
        switch decision {
        case .verified:
            decided = try await verify(verification, facts, context, on: connection)
            try await audit(context, "verified", id, on: connection)
        case .rejected(let reason, let note):
            try await VerifiedProfile(connection: connection).follow(verification.doctorID, "unverified")
            decided = try await VerificationStore(database: connection).update(
                id, "state = 'rejected', reason = \(reason), note = \(note), decided_at = \(now())")
            try await audit(context, "rejected", id, on: connection)
        }
        try await VerificationEvents.decided(decided, on: connection)
        return decided
    }

    /// Everything the case says becomes true of the profile, and the account its doctor, until the card runs out.
    private func verify(
        _ verification: Verification, _ facts: VerificationFacts, _ context: AppRequestContext, on connection: PostgresConnection
    ) async throws -> Verification {
        guard !VerificationRules.isOver(facts.cardValidUntil, on: today) else { throw VerificationRefusal.cardOver }
        let store = VerificationStore(database: connection)
        let doctorID = try await VerifiedProfile(connection: connection).write(facts, of: verification)
        if let standing = try await store.standing(accountID: verification.accountID), standing.doctorID == doctorID {
            _ = try await store.update(standing.id, "state = 'replaced'")
        }
        let verified = try await store.update(verification.id, "state = 'verified', doctor_id = \(doctorID), decided_at = \(now())")
        try await dependencies.link(context, verification.accountID, doctorID, connection)
        return verified
    }
}
