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
    /// What this feature asks of others. What has a database to ask is called inside transactions: a second connection there could wait for itself.
    public struct Dependencies: Sendable {
        /// A listed doctor, `nil` for none.
        public var doctor: @Sendable (_ doctorID: Int64, any PostgresQuerying) async throws -> BookableDoctor?
        /// Tells search and profiles what is free, in the transaction that changed it.
        public var setAvailability: @Sendable (_ doctorID: Int64, _ practiceID: Int64, _ nextFreeAt: Date?, HalfDays, PostgresConnection) async throws -> Void
        /// Whether somebody works for a doctor at a practice: the doctor, or the practice's staff.
        public var worksFor: @Sendable (Principal, _ doctorID: Int64, _ practiceID: Int64?, any PostgresQuerying) async throws -> Bool
        /// The same of an account that is not the caller: whether it still does.
        public var stillWorksFor: @Sendable (_ accountID: UUID, _ doctorID: Int64, any PostgresQuerying) async throws -> Bool
        /// Whom an account books for: its owner first, then dependants.
        public var persons: @Sendable (_ accountID: UUID, any PostgresQuerying) async throws -> [BookablePerson]
        /// What people are called, for those who see them.
        public var names: @Sendable (_ persons: [UUID]) async throws -> [UUID: String]
        /// Writes down what staff did, in the same transaction.
        public var audit: @Sendable (Principal, _ action: String, _ subject: String, PostgresConnection) async throws -> Void

        public init(
            doctor: @escaping @Sendable (Int64, any PostgresQuerying) async throws -> BookableDoctor?,
            setAvailability: @escaping @Sendable (Int64, Int64, Date?, HalfDays, PostgresConnection) async throws -> Void,
            worksFor: @escaping @Sendable (Principal, Int64, Int64?, any PostgresQuerying) async throws -> Bool,
            stillWorksFor: @escaping @Sendable (UUID, Int64, any PostgresQuerying) async throws -> Bool,
            persons: @escaping @Sendable (UUID, any PostgresQuerying) async throws -> [BookablePerson],
            names: @escaping @Sendable ([UUID]) async throws -> [UUID: String],
            audit: @escaping @Sendable (Principal, String, String, PostgresConnection) async throws -> Void
        ) {
            self.doctor = doctor
            self.setAvailability = setAvailability
            self.worksFor = worksFor
            self.stillWorksFor = stillWorksFor
            self.persons = persons
            self.names = names
            self.audit = audit
        }
    }
    /// Somebody who is seen by a doctor.
    public struct BookablePerson: Sendable {
        public let id: UUID
        public let name: String

        public init(id: UUID, name: String) {
            self.id = id
            self.name = name
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

    /// To be registered with the renderer.
    public static var templates: [PageTemplate] { BookingPages.templates + PracticePages.templates }

    /// Everything that books, moves, cancels and sets hours: under `/v1`, and pages.
    public func addRoutes(to router: Router<AppRequestContext>) {
        BookingRoutes(feature: self).add(to: router)
        ScheduleRoutes(feature: self).add(to: router)
        BookingPages(feature: self).add(to: router)
        PracticePages(feature: self).add(to: router)
        FHIRRoutes(feature: self).add(to: router)
    }

    /// In the order they are applied, after those of Doctors.
    public static var migrations: [Migration] { BookingMigrations.all }
}
