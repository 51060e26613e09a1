import Domain
import Foundation
import Hummingbird
import Idempotency
import Jobs
import Logging
import Postgres
import ServiceLifecycle
import Web

/// Opening hours, free times, and appointments that are never double. The front door of this feature.
public struct BookingFeature: Sendable {
    /// What this feature asks of others.
    public struct Dependencies: Sendable {
        /// A listed doctor, `nil` for none.
        public var doctor: @Sendable (_ doctorID: Int64, any PostgresQuerying) async throws -> BookableDoctor?
        /// Tells search and profiles what is free, in the transaction that changed it.
        public var setAvailability: @Sendable (_ doctorID: Int64, _ practiceID: Int64, _ nextFreeAt: Date?, HalfDays, PostgresConnection) async throws -> Void
        /// Whether somebody works for a doctor at a practice: the doctor, or the practice's staff.
        public var worksFor: @Sendable (Principal, _ doctorID: Int64, _ practiceID: Int64?) async throws -> Bool
        /// Whom somebody books for who names nobody: themselves.
        public var ownPerson: @Sendable (_ accountID: UUID) async throws -> UUID?
        /// Whether a person is the account's own or a dependant of it.
        public var mayBook: @Sendable (_ accountID: UUID, _ personID: UUID) async throws -> Bool
        /// What people are called, for those who see them.
        public var names: @Sendable (_ persons: [UUID]) async throws -> [UUID: String]
        /// Writes down what staff did, in the same transaction.
        public var audit: @Sendable (Principal, _ action: String, _ subject: String, PostgresConnection) async throws -> Void

        public init(
            doctor: @escaping @Sendable (Int64, any PostgresQuerying) async throws -> BookableDoctor?,
            setAvailability: @escaping @Sendable (Int64, Int64, Date?, HalfDays, PostgresConnection) async throws -> Void,
            worksFor: @escaping @Sendable (Principal, Int64, Int64?) async throws -> Bool,
            ownPerson: @escaping @Sendable (UUID) async throws -> UUID?,
            mayBook: @escaping @Sendable (UUID, UUID) async throws -> Bool,
            names: @escaping @Sendable ([UUID]) async throws -> [UUID: String],
            audit: @escaping @Sendable (Principal, String, String, PostgresConnection) async throws -> Void
        ) {
            self.doctor = doctor
            self.setAvailability = setAvailability
            self.worksFor = worksFor
            self.ownPerson = ownPerson
            self.mayBook = mayBook
            self.names = names
            self.audit = audit
        }
    }
    let dependencies: Dependencies
    let pool: PostgresPool
    let writes: IdempotentWrites
    let reasons: SealedText
    let cursors: CursorSigner
    let pages: PageRenderer
    let logger: Logger

    public init(dependencies: Dependencies, pool: PostgresPool, secrets: WebSecrets, pages: PageRenderer, logger: Logger) {
        self.dependencies = dependencies
        self.pool = pool
        writes = IdempotentWrites(pool: pool)
        reasons = secrets.sealing("booking/reasons")
        cursors = secrets.cursorSigner
        self.pages = pages
        self.logger = logger
    }

    /// Everything under `/v1` that books, moves, cancels and sets hours.
    public func addRoutes(to router: Router<AppRequestContext>) {
        BookingRoutes(feature: self).add(to: router)
        ScheduleRoutes(feature: self).add(to: router)
    }

    /// In the order they are applied, after those of Doctors.
    public static var migrations: [Migration] { BookingMigrations.all }
}
