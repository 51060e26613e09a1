import Foundation
import Logging
import Postgres
import Synchronization
import Testing

/// A database of its own for one test, on the cluster that RTD_TEST_DATABASE_URL names.
struct TestDatabase {
    let name: String
    let connectionString: String

    /// For `.enabled(if: TestDatabase.isAvailable, TestDatabase.hint)`.
    static var isAvailable: Bool { clusterURL != nil }
    static let hint: Comment = "needs RTD_TEST_DATABASE_URL; try: tools/postgres start && RTD_TEST_DATABASE_URL=$(tools/postgres url)"

    private static var clusterURL: String? { ProcessInfo.processInfo.environment["RTD_TEST_DATABASE_URL"] }
    static let logger = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }

    /// Creates a database, runs `body` and drops the database whatever happened.
    @discardableResult
    static func with<Value: Sendable>(_ body: @Sendable (TestDatabase) async throws -> Value) async throws -> Value {
        guard let clusterURL else { throw Missing() }
        await gate.enter()
        defer { gate.leave() }
        let name = "test_" + UUID().uuidString.lowercased().replacing("-", with: "_")
        // The later dbname wins, in a URL as in a keyword string.
        let isURL = clusterURL.contains("://")
        let separator = isURL ? (clusterURL.contains("?") ? "&" : "?") : " "
        let database = TestDatabase(name: name, connectionString: clusterURL + separator + "dbname=" + name)
        let administrator = PostgresPool(
            configuration: PostgresConfiguration(
                connectionString: clusterURL, maximumConnections: 1, waitingDeadlineMilliseconds: 30_000,
                statementTimeoutMilliseconds: 0
            ),
            logger: logger
        )
        defer { Task { await administrator.close() } }
        try await administrator.query("CREATE DATABASE \(unescaped: name)")
        let result: Result<Value, any Error>
        do {
            result = .success(try await body(database))
        } catch {
            result = .failure(error)
        }
        try await Task { _ = try await administrator.query("DROP DATABASE \(unescaped: name) WITH (FORCE)") }.value
        return try result.get()
    }

    /// The same with a pool open on the new database.
    @discardableResult
    static func withPool<Value: Sendable>(
        configure: @Sendable (inout PostgresConfiguration) -> Void = { _ in },
        _ body: @Sendable (PostgresPool) async throws -> Value
    ) async throws -> Value {
        try await with { try await $0.withPool(configure: configure, body) }
    }

    @discardableResult
    func withPool<Value: Sendable>(
        configure: @Sendable (inout PostgresConfiguration) -> Void = { _ in },
        _ body: @Sendable (PostgresPool) async throws -> Value
    ) async throws -> Value {
        var configuration = PostgresConfiguration(
            connectionString: connectionString, maximumConnections: 4, waitingDeadlineMilliseconds: 30_000)
        configure(&configuration)
        let pool = PostgresPool(configuration: configuration, logger: Self.logger)
        do {
            let value = try await body(pool)
            await pool.close()
            return value
        } catch {
            await pool.close()
            throw error
        }
    }

    /// Tests run at once, and the cluster's connections are limited.
    private static let gate = Gate(places: 8)

    private struct Missing: Error {}
}

/// Lets so many in at once, first come first served.
private final class Gate: Sendable {
    private struct State {
        var places: Int
        var waiting: [CheckedContinuation<Void, Never>] = []
    }
    private let state: Mutex<State>

    init(places: Int) { state = Mutex(State(places: places)) }

    func enter() async {
        await withCheckedContinuation { continuation in
            let enters = state.withLock { state in
                guard state.places == 0 else {
                    state.places -= 1
                    return true
                }
                state.waiting.append(continuation)
                return false
            }
            if enters { continuation.resume() }
        }
    }

    func leave() {
        let next: CheckedContinuation<Void, Never>? = state.withLock { state in
            guard !state.waiting.isEmpty else {
                state.places += 1
                return nil
            }
            return state.waiting.removeFirst()
        }
        next?.resume()
    }
}
