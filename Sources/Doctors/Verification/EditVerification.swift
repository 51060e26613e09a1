import Foundation
import Postgres
import Web

extension Verifications {
    /// Says who somebody is; replaces what they said before.
    /// - Parameter version: the one that was read, where the caller says which.
    /// - Throws: `VerificationRefusal`.
    func setFacts(
        _ facts: VerificationFacts, of id: UUID, ifVersion version: Int?, by principal: Principal, on connection: PostgresConnection
    ) async throws -> Verification {
        let verification = try await own(id, principal, locks: true, on: connection)
        guard verification.state == .draft else { throw VerificationRefusal.wrongState(verification.state) }
        guard version == nil || version == verification.version else { throw VerificationRefusal.versionChanged }
        if verification.purpose == .newProfile, facts.practice == nil { throw VerificationRefusal.practiceMissing }
        if verification.purpose == .renewal, let before = verification.facts, !before.isSame(as: facts) {
            throw VerificationRefusal.renewalChangesFacts
        }
        return try await VerificationStore(database: connection).setFacts(facts, of: id)
    }

    /// Ends a case that nobody is deciding about.
    /// - Throws: `VerificationRefusal`.
    func withdraw(_ id: UUID, by principal: Principal, on connection: PostgresConnection) async throws -> Verification {
        let verification = try await own(id, principal, locks: true, on: connection)
        guard [.draft, .submitted].contains(verification.state) else { throw VerificationRefusal.wrongState(verification.state) }
        try await VerifiedProfile(connection: connection).follow(verification.doctorID, "unverified")
        return try await VerificationStore(database: connection).update(id, "state = 'withdrawn'")
    }
}

extension VerificationFacts {
    /// Whether nothing differs but the card.
    func isSame(as other: VerificationFacts) -> Bool {
        var other = other
        other.cardValidUntil = cardValidUntil
        return self == other
    }
}
