import Foundation
import Hummingbird
import Idempotency
import Logging
import Postgres
import Web

/// Practitioners, their practices, fees and schemes, the rows the search index is fed from, and who is the verified doctor of a profile.
public struct DoctorsFeature: Sendable {
    /// What this feature asks of others.
    public struct Dependencies: Sendable {
        /// Lets an account act for a doctor, with the role of one, in the transaction in which the caller verified it. Called again for a
        /// doctor it has.
        public var link: @Sendable (AppRequestContext, _ accountID: UUID, _ doctorID: Int64, PostgresConnection) async throws -> Void
        /// Writes down what the caller did or read, in the same transaction.
        /// Actions are `verification.taken` and the like, subjects `verification:<id>`.
        public var audit: @Sendable (AppRequestContext, _ action: String, _ subject: String, PostgresConnection) async throws -> Void
        /// What a reviewer is called, for other reviewers; nil where that is not known.
        public var reviewerName: @Sendable (_ accountID: UUID) async throws -> String?

        /// The model of the partial `free-times`, which the profile prints; `nil` prints none.
        public var freeTimes: @Sendable (_ doctorID: Int64) async throws -> (any Sendable)?

        public init(
            link: @escaping @Sendable (AppRequestContext, UUID, Int64, PostgresConnection) async throws -> Void,
            audit: @escaping @Sendable (AppRequestContext, String, String, PostgresConnection) async throws -> Void,
            reviewerName: @escaping @Sendable (UUID) async throws -> String?,
            freeTimes: @escaping @Sendable (Int64) async throws -> (any Sendable)?
        ) {
            self.link = link
            self.audit = audit
            self.reviewerName = reviewerName
            self.freeTimes = freeTimes
        }
    }
    private let dependencies: Dependencies
    private let pool: PostgresPool
    private let pages: PageRenderer
    private let verifications: Verifications
    private let cursors: CursorSigner

    /// - Parameters:
    ///   - pool: of a database with `migrations` applied.
    ///   - documents: where evidence is kept; without it nobody can be verified.
    ///   - cursors: signs pages of lists.
    ///   - pages: with `templates` registered, and whoever makes free times has the partial `free-times` there.
    ///   - now: the time that decides which practising cards count.
    public init(
        dependencies: Dependencies, pool: PostgresPool, documents: DocumentBucket?, cursors: CursorSigner, pages: PageRenderer, logger: Logger,
        now: @escaping @Sendable () -> Date = { Date() }
    ) {
        self.dependencies = dependencies
        self.pool = pool
        self.pages = pages
        self.cursors = cursors
        verifications = Verifications(pool: pool, dependencies: dependencies, bucket: documents, logger: logger, now: now)
    }

    /// To be applied before anything else is used, in this order, after those of Idempotency and Jobs.
    public static var migrations: [Migration] { DoctorsMigrations.all }

    /// To be registered with the renderer.
    public static var templates: [PageTemplate] { [PageTemplate("doctor", PackageResources.doctor_mustache)] + VerificationPages.templates }

    /// Adds `GET /v1/doctors/{id}`, `/v1/specialties`, `/v1/languages`, `/v1/schemes`, the page `/doctors/{id}`, and everything under
    /// `/v1/verifications`, `/v1/verification-queue`, `/verification` and `/admin/verifications`.
    public func addRoutes(to router: Router<AppRequestContext>) {
        DoctorsRoutes(store: DoctorStore(database: pool), dependencies: dependencies, pages: pages).add(to: router)
        VerificationRoutes(verifications: verifications, writes: IdempotentWrites(pool: pool), cursors: cursors).add(to: router)
        VerificationPages(verifications: verifications, pages: pages).add(to: router)
        ReviewPages(verifications: verifications, pages: pages).add(to: router)
    }

    /// Ends what ran out and reminds of what will; runs as long as the server does.
    public var verificationJob: ExpireVerificationsJob { ExpireVerificationsJob(verifications: verifications) }

    /// Imports files of doctors into the same database.
    public var importer: DoctorImporter { DoctorImporter(pool: pool) }

    /// Loads specialties, languages and schemes.
    public var referenceData: ReferenceData { ReferenceData(pool: pool) }

    /// Keeps made-up doctors for trying the site.
    public var sampleDoctors: SampleDoctors { SampleDoctors(pool: pool) }
}
