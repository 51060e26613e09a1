import Domain
import Foundation
import Hummingbird
import Jobs
import Logging
import Postgres
import ServiceLifecycle
import Web

/// The symptom checker: a person's own words in, urgency and the right doctors out. The front door of this feature.
public struct SymptomsFeature: Sendable {
    /// What this feature asks of others.
    public struct Dependencies: Sendable {
        /// Names of specialties, languages and schemes; 503 while they are not loaded.
        public var terminology: @Sendable () throws -> Terminology
        /// The place of a slug.
        public var place: @Sendable (_ slug: String) -> Place?
        /// The place most likely meant by what was typed.
        public var placeLike: @Sendable (_ text: String) -> Place?
        /// Public places of care, nearest first.
        public var careNearby: @Sendable (CareWish) -> [CarePlace]
        /// Doctors, best first.
        public var doctors: @Sendable (DoctorWish) throws -> FoundDoctors

        public init(
            terminology: @escaping @Sendable () throws -> Terminology, place: @escaping @Sendable (_ slug: String) -> Place?,
            placeLike: @escaping @Sendable (_ text: String) -> Place?, careNearby: @escaping @Sendable (CareWish) -> [CarePlace],
            doctors: @escaping @Sendable (DoctorWish) throws -> FoundDoctors
        ) {
            self.terminology = terminology
            self.place = place
            self.placeLike = placeLike
            self.careNearby = careNearby
            self.doctors = doctors
        }
    }
    let dependencies: Dependencies
    let assessor: SymptomAssessor
    let lines: [HelpLine]
    let store: SymptomStore
    let sealing: SealedText
    let pages: PageRenderer
    let logger: Logger

    /// - Parameters:
    ///   - dataDirectory: holds `Symptoms/lines.jsonl`.
    ///   - retentionDays: how long a text is kept that somebody let us keep.
    /// - Throws: when the lines to call cannot be read.
    public init(
        dependencies: Dependencies, assessor: SymptomAssessor, dataDirectory: String, pool: PostgresPool, retentionDays: Int,
        secrets: WebSecrets, pages: PageRenderer, logger: Logger
    ) throws {
        self.dependencies = dependencies
        self.assessor = assessor
        lines = try HelpLine.read("\(dataDirectory)/Symptoms/lines.jsonl")
        store = SymptomStore(pool: pool, retentionDays: retentionDays, sealing: secrets.sealing("symptoms/stored"))
        sealing = secrets.sealing("symptoms/check")
        self.pages = pages
        self.logger = logger
    }

    /// In the order they are applied.
    public static var migrations: [Migration] { SymptomsMigrations.all }

    /// To be registered with the renderer.
    public static var templates: [PageTemplate] { SymptomPages.templates }

    /// Deletes what was kept long enough.
    public var retention: some Service {
        PeriodicJob(name: "delete expired symptom checks", every: .seconds(600), logger: logger) { [store] in
            while try await store.deleteExpired() == 1_000 {}
        }
    }

    public func addRoutes(to router: Router<AppRequestContext>) {
        SymptomRoutes(feature: self).add(to: router)
        SymptomPages(feature: self).add(to: router)
    }
}
