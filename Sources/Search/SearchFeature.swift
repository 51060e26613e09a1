import Domain
import Foundation
import Hummingbird
import Logging
import Postgres
import SearchIndex
import ServiceLifecycle
import TextAnalysis
import Web

/// Doctor discovery: the front door of this feature.
public struct SearchFeature: Sendable {
    /// What this feature asks of others.
    public struct Dependencies: Sendable {
        /// The place of a slug.
        public var place: @Sendable (_ slug: String) -> Place?
        /// Places by folded name, the most populous first.
        public var placesNamed: @Sendable (_ folded: String) -> [Place]
        /// Places that start like a text, best first.
        public var suggestPlaces: @Sendable (_ text: String, _ limit: Int) -> [Place]

        public init(
            place: @escaping @Sendable (_ slug: String) -> Place?,
            placesNamed: @escaping @Sendable (_ folded: String) -> [Place],
            suggestPlaces: @escaping @Sendable (_ text: String, _ limit: Int) -> [Place]
        ) {
            self.place = place
            self.placesNamed = placesNamed
            self.suggestPlaces = suggestPlaces
        }
    }
    let dependencies: Dependencies
    let secrets: WebSecrets
    let pages: PageRenderer
    let index = CurrentIndex()
    private let loader: IndexLoader
    private let health = FollowerHealth()
    private let registry: FollowerRegistry
    private let logger: Logger

    /// - Parameters:
    ///   - database: the primary.
    ///   - followed: what the index is made from, the primary or a streaming standby of it.
    ///   - indexDirectory: where snapshot files lie; made when it is not there.
    public init(
        dependencies: Dependencies, database: PostgresPool, followed: PostgresPool, secrets: WebSecrets,
        pages: PageRenderer, indexDirectory: String, logger: Logger
    ) throws {
        self.dependencies = dependencies
        self.secrets = secrets
        self.pages = pages
        self.logger = logger
        let files = SnapshotFiles(directory: indexDirectory)
        registry = FollowerRegistry(database: database, followerID: try files.followerID())
        loader = IndexLoader(
            source: DoctorSource(database: followed), analyser: TextAnalyser(), placesNamed: dependencies.placesNamed,
            files: files, logger: logger)
    }

    /// In the order they are applied; after those of `Doctors`.
    public static var migrations: [Migration] { SearchMigrations.all }

    /// To be registered with the renderer.
    public static var templates: [PageTemplate] { SearchPages.templates }

    /// Loads the index and keeps it true.
    public var follower: some Service { follower(walkPauseSeconds: Reconciliation.pagePauseSeconds) }

    func follower(walkPauseSeconds: Double) -> IndexFollower {
        IndexFollower(
            loader: loader, index: index, health: health, registry: registry, logger: logger, walkPauseSeconds: walkPauseSeconds)
    }

    /// Whether searches can be answered, and what is wrong if anything is.
    public func readiness(now: Date = Date()) -> IndexReadiness {
        guard let state = index.current else { return .notReady }
        return .serving(
            documents: state.view.documentCount, generation: state.generation,
            secondsBehind: max(0, now.timeIntervalSince(state.freshAt)), failingSince: health.failing)
    }

    /// Adds this feature's routes.
    public func addRoutes(to router: Router<AppRequestContext>) {
        SearchRoutes(feature: self).add(to: router)
        SearchPages(feature: self).add(to: router)
    }

    /// Answers a request from the current state; 503 until there is one.
    func search(_ parameters: inout RequestParameters) throws(Problem) -> SearchResults {
        let state = try currentState()
        let request = try SearchRequest(
            &parameters, terminology: state.terminology, placeExists: { dependencies.place($0) != nil })
        return try search(request, in: state)
    }

    func search(_ request: SearchRequest, in state: CurrentIndex.State) throws(Problem) -> SearchResults {
        try DoctorSearch(interpreter: state.interpreter, signer: secrets.cursorSigner, place: dependencies.place)
            .results(request, in: state.view, now: Date())
    }

    func currentState() throws(Problem) -> CurrentIndex.State {
        guard let state = index.current else {
            throw .unavailable(retryAfterSeconds: 5, detail: "The search index is still loading.")
        }
        return state
    }
}

/// How the index is doing.
public enum IndexReadiness: Sendable, Equatable {
    case notReady
    /// - Parameters:
    ///   - secondsBehind: since the database was last seen to hold nothing newer.
    ///   - failingSince: since when the database cannot be followed.
    case serving(documents: Int, generation: String, secondsBehind: Double, failingSince: Date?)
}
