import Foundation
import Postgres
import Web

extension Verifications {
    /// Hands a case to the reviewers, once nothing is missing.
    /// - Throws: `VerificationRefusal`.
    func submit(_ id: UUID, by principal: Principal, on connection: PostgresConnection) async throws -> Verification {
        _ = try requireBucket()
        let store = VerificationStore(database: connection)
        let verification = try await own(id, principal, locks: true, on: connection)
        guard verification.state == .draft else { throw VerificationRefusal.wrongState(verification.state) }
        guard let facts = verification.facts else { throw VerificationRefusal.factsMissing }
        if let refusal = VerificationRules.refusal(of: facts, submittedOn: today) { throw refusal }
        if try await isTaken(facts.hpcsaNumber, beside: verification.doctorID, on: connection) { throw VerificationRefusal.numberTaken }
        let checked = try await store.documents(of: id).filter { $0.entityTag != nil }.map(\.kind)
        let missing = VerificationRules.requiredDocuments(verification.purpose, facts.category).filter { !checked.contains($0) }
        guard missing.isEmpty else { throw VerificationRefusal.documentsMissing(missing) }
        try await VerifiedProfile(connection: connection).follow(verification.doctorID, "submitted")
        return try await store.update(id, "state = 'submitted', submitted_at = \(now())")
    }

    /// Told early, while the doctor can still claim the other profile; the constraint on numbers decides in the end.
    private func isTaken(_ number: HPCSANumber, beside doctorID: Int64?, on connection: PostgresConnection) async throws -> Bool {
        try await !connection.query("SELECT FROM doctors WHERE hpcsa_number = \(number.text) AND doctor_id IS DISTINCT FROM \(doctorID)")
            .isEmpty
    }
}
