import Doctors
import Domain
import Foundation
import Logging
import Postgres
import SearchIndex
import ServiceLifecycle
import Synchronization
import Testing
import TextAnalysis
import Web

@testable import Search

/// A search feature that follows a test database, and what its index holds.
struct FollowedIndex: Sendable {
    let pool: PostgresPool
    let feature: SearchFeature
    /// What the follower logged as an error: a repaired difference is one.
    let errors: LoggedErrors

    /// Runs `body` beside the follower, on a database with the tables of Doctors and two specialties.
    /// - Parameter walks: whether the background comparison goes on by itself, or so slowly that it never does.
    static func with(walks: Bool = true, _ body: @escaping @Sendable (FollowedIndex) async throws -> Void) async throws {
        try await DoctorsDatabase.with { database in
            let directory = FileManager.default.temporaryDirectory.appending(path: "index-\(UUID().uuidString)").path
            defer { try? FileManager.default.removeItem(atPath: directory) }
            try await with(pool: database.pool, indexDirectory: directory, walks: walks, body)
        }
    }

    static func with(
        pool: PostgresPool, indexDirectory: String, walks: Bool = true, _ body: @escaping @Sendable (FollowedIndex) async throws -> Void
    ) async throws {
        _ = try await Migrator(pool: pool, logger: TestDatabase.logger).migrate(SearchFeature.migrations)
        let errors = LoggedErrors()
        let feature = try SearchFeature(
            dependencies: SearchFeature.Dependencies(place: { _ in nil }, placesNamed: { _ in [] }, suggestPlaces: { _, _ in [] }),
            database: pool, followed: pool, secrets: WebSecrets(rootKey: Array(repeating: 7, count: 32)),
            pages: try PageRenderer(site: SiteInformation(isSampleData: true), templates: SearchFeature.templates),
            indexDirectory: indexDirectory, logger: Logger(label: "test") { _ in errors })
        try await withThrowingTaskGroup(of: Void.self) { group in
            let follower = feature.follower(walkPauseSeconds: walks ? Reconciliation.pagePauseSeconds : 3600)
            group.addTask { try await follower.run() }
            let index = FollowedIndex(pool: pool, feature: feature, errors: errors)
            try await index.eventually("the index is loaded") { feature.index.current != nil }
            try await body(index)
            group.cancelAll()
        }
    }

    /// A doctor with a practice; ids are the database's own.
    func addDoctor(_ name: String, on connection: any PostgresQuerying) async throws -> Int64 {
        let doctor: Int64 = try await connection.query(
            "INSERT INTO doctors (external_id, display_name) VALUES (\(name), \(name)) RETURNING doctor_id")[0].decode("doctor_id")
        let practice: Int64 = try await connection.query(
            "INSERT INTO practices (external_id, name, latitude, longitude) VALUES (\("p-" + name), 'Rooms', -26.1, 28.05) RETURNING practice_id")[0]
            .decode("practice_id")
        try await connection.query("INSERT INTO doctor_specialties VALUES (\(doctor), 'gp', 0)")
        try await connection.query("INSERT INTO doctor_practices (doctor_id, practice_id, position) VALUES (\(doctor), \(practice), 0)")
        try await connection.query("INSERT INTO fees VALUES (\(doctor), \(practice), 'first_visit', 65000)")
        return doctor
    }

    /// A loader of the same database.
    func loader(files: SnapshotFiles) -> IndexLoader {
        IndexLoader(
            source: DoctorSource(database: pool), analyser: TextAnalyser(), placesNamed: { _ in [] }, files: files,
            logger: TestDatabase.logger)
    }

    /// Doctors whose documents in the index are not those the database would give now, compared document by document.
    func differences() async throws -> [Int64] {
        guard let state = feature.index.current else { return [] }
        return try await differences(from: state)
    }

    func differences(from state: CurrentIndex.State) async throws -> [Int64] {
        let ids: [Int64] = try await pool.query("SELECT doctor_id FROM doctors").map { try $0.decode("doctor_id") }
        let loader = loader(files: SnapshotFiles(directory: NSTemporaryDirectory()))
        let changes = loader.changes(
            try await loader.source.listings(of: ids), of: ids, terminology: try await loader.source.terminology(),
            prior: state.prior)
        let gone = Set(state.view.recordIDs(in: .min ... .max)).subtracting(ids).map { IndexChange(id: $0, documents: []) }
        return (changes + gone).filter(state.view.differs).map(\.id)
    }

    /// The doctors a search finds, as cards.
    func cards(_ text: String? = nil) throws -> [DoctorCard] {
        var request = SearchRequest()
        request.text = text
        request.interpretsText = false
        request.limit = 100
        guard let state = feature.index.current else { return [] }
        let results = try feature.search(request, in: state)
        return try results.hits.map { try results.card($0) }
    }

    /// Names found, sorted.
    func names(_ text: String? = nil) throws -> [String] { try cards(text).map(\.name).sorted() }

    /// Waits up to `seconds` for a condition; records an issue when it does not come true.
    func eventually(
        _ what: Comment, seconds: Double = 1, sourceLocation: SourceLocation = #_sourceLocation,
        _ condition: @Sendable () async throws -> Bool
    ) async throws {
        let slack = FollowedIndex.slackFactor
        let deadline = ContinuousClock.now + .seconds(seconds * slack)
        while ContinuousClock.now < deadline {
            if try await condition() { return }
            try await Task.sleep(for: .milliseconds(10))
        }
        Issue.record(what, sourceLocation: sourceLocation)
    }

    /// Debug builds beside other tests on two cores are slow; how fast changes arrive is measured by the benchmarks.
    private static let slackFactor = 20.0
}

/// Keeps lines of level error.
final class LoggedErrors: LogHandler {
    private let state = Mutex<[String]>([])
    var lines: [String] { state.withLock { $0 } }

    var logLevel: Logger.Level {
        get { .error }
        set {}
    }
    var metadata: Logger.Metadata {
        get { [:] }
        set {}
    }
    subscript(metadataKey key: String) -> Logger.Metadata.Value? {
        get { nil }
        set {}
    }

    func log(event: LogEvent) { state.withLock { $0.append("\(event.message) \(event.metadata ?? [:])") } }
}
