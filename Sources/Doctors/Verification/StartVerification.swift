import Domain
import Foundation
import Postgres
import Web

extension Verifications {
    /// Begins a case. Of several that begin at once for one doctor or account, one does.
    /// - Parameter doctorID: of the profile to claim; nil for everything else.
    /// - Throws: `VerificationRefusal`.
    func start(
        _ purpose: Verification.Purpose, doctorID: Int64?, by principal: Principal, on connection: PostgresConnection
    ) async throws -> Verification {
        let store = VerificationStore(database: connection)
        let standing = try await store.standing(accountID: principal.accountID)
        let id = UUID.timeOrdered(at: now())
        switch purpose {
        case .claim:
            guard standing == nil else { throw VerificationRefusal.accountHasProfile }
            guard let doctorID, let profile = try await DoctorStore(database: connection).profile(doctorID: doctorID) else {
                throw VerificationRefusal.noSuchDoctor
            }
            guard !profile.isSample else { throw VerificationRefusal.sampleDoctor }
            guard try await store.standing(doctorID: doctorID) == nil else { throw VerificationRefusal.doctorTaken }
            return try await store.insert(id, accountID: principal.accountID, purpose, doctorID: doctorID)
        case .newProfile:
            guard standing == nil else { throw VerificationRefusal.accountHasProfile }
            return try await store.insert(id, accountID: principal.accountID, purpose, doctorID: nil)
        case .change, .renewal:
            guard let standing, var facts = standing.facts else { throw VerificationRefusal.noProfile }
            let started = try await store.insert(id, accountID: principal.accountID, purpose, doctorID: standing.doctorID)
            facts.practice = nil
            return try await store.setFacts(facts, of: started.id)
        }
    }
}
