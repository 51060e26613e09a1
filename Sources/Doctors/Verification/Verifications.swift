import Domain
import Foundation
import Logging
import Postgres
import Web

/// What verifying doctors needs; its extensions are the writes, a file each.
struct Verifications: Sendable {
    let pool: PostgresPool
    let dependencies: DoctorsFeature.Dependencies
    /// Nil where this installation has no store for documents.
    let bucket: DocumentBucket?
    let logger: Logger
    let now: @Sendable () -> Date

    var today: LocalDay { LocalDay(now()) }

    /// The store for documents.
    /// - Throws: `.documentsNotTaken` where there is none.
    func requireBucket() throws(VerificationRefusal) -> DocumentBucket {
        guard let bucket else { throw .documentsNotTaken }
        return bucket
    }

    /// An account's own case.
    /// - Throws: `.noSuchVerification`, also for cases of others.
    func own(_ id: UUID, _ principal: Principal, locks: Bool = false, on database: any PostgresQuerying) async throws -> Verification {
        guard let verification = try await VerificationStore(database: database).verification(id, locks: locks),
            verification.accountID == principal.accountID
        else { throw VerificationRefusal.noSuchVerification }
        return verification
    }

    /// A case of anybody, for reviewers, locked, as it was when they read it.
    /// - Throws: `.noSuchVerification`, also for drafts, which are nobody's business yet; `.versionChanged`.
    func reviewed(_ id: UUID, ifVersion version: Int, on connection: PostgresConnection) async throws -> Verification {
        guard let verification = try await VerificationStore(database: connection).verification(id, locks: true),
            verification.submittedAt != nil
        else {
            throw VerificationRefusal.noSuchVerification
        }
        guard verification.version == version else { throw VerificationRefusal.versionChanged }
        return verification
    }

    func audit(_ context: AppRequestContext, _ action: String, _ verification: UUID, on connection: PostgresConnection) async throws {
        try await dependencies.audit(context, "verification.\(action)", "verification:\(verification.text)", connection)
    }
}
