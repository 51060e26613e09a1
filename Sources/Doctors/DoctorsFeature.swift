import Hummingbird
import Postgres
import Web

/// Practitioners, their practices, fees and schemes, and the rows the search index is fed from.
public struct DoctorsFeature: Sendable {
    /// What this feature asks of others.
    public struct Dependencies: Sendable {
        /// The model of the partial `free-times`, which the profile prints; `nil` prints none.
        public var freeTimes: @Sendable (_ doctorID: Int64) async throws -> (any Sendable)?

        public init(freeTimes: @escaping @Sendable (Int64) async throws -> (any Sendable)?) {
            self.freeTimes = freeTimes
        }
    }
    private let dependencies: Dependencies
    private let pool: PostgresPool
    private let pages: PageRenderer

    /// - Parameters:
    ///   - pool: of a database with `migrations` applied.
    ///   - pages: with `templates` registered, and whoever makes free times has the partial `free-times` there.
    public init(dependencies: Dependencies, pool: PostgresPool, pages: PageRenderer) {
        self.dependencies = dependencies
        self.pool = pool
        self.pages = pages
    }

    /// To be applied before anything else is used, in this order.
    public static var migrations: [Migration] { DoctorsMigrations.all }

    /// To be registered with the renderer.
    public static var templates: [PageTemplate] { [PageTemplate("doctor", PackageResources.doctor_mustache)] }

    /// Adds `GET /v1/doctors/{id}`, `/v1/specialties`, `/v1/languages`, `/v1/schemes` and the page `/doctors/{id}`.
    public func addRoutes(to router: Router<AppRequestContext>) {
        DoctorsRoutes(store: DoctorStore(database: pool), dependencies: dependencies, pages: pages).add(to: router)
    }

    /// Imports files of doctors into the same database.
    public var importer: DoctorImporter { DoctorImporter(pool: pool) }

    /// Loads specialties, languages and schemes.
    public var referenceData: ReferenceData { ReferenceData(pool: pool) }

    /// Keeps made-up doctors for trying the site.
    public var sampleDoctors: SampleDoctors { SampleDoctors(pool: pool) }
}
