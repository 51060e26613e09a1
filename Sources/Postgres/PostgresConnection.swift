import Synchronization

/// Whatever runs a statement: a pool, or a connection lent by it.
public protocol PostgresQuerying: Sendable {
    /// Runs one statement; the running statement is cancelled with its task.
    /// - Throws: ``PostgresError``, ``PostgresEncodingError``, `CancellationError`; a pool also ``PostgresPoolError``.
    @discardableResult
    func query(_ sql: SQL) async throws -> PostgresResult
}

/// A connection lent by ``PostgresPool`` for the time of one closure.
///
/// Statements of concurrent tasks run one after another. Each statement text is prepared once per connection.
public final class PostgresConnection: PostgresQuerying {
    let session: Session
    private let metrics: PostgresMetrics
    private let isReturned = Atomic(false)

    init(_ session: Session, _ metrics: PostgresMetrics) {
        self.session = session
        self.metrics = metrics
    }

    @discardableResult
    public func query(_ sql: SQL) async throws -> PostgresResult {
        PostgresResult(try await run { try await $0.query(sql) })
    }

    /// Runs a script of several statements without parameters.
    func execute(script: String) async throws {
        _ = try await run { try await $0.execute(script: script) }
    }

    /// Ends the loan: from here on the connection belongs to somebody else.
    func end() {
        isReturned.store(true, ordering: .releasing)
    }

    private func run(_ statement: (Session) async throws -> LibPQResult) async throws -> LibPQResult {
        precondition(!isReturned.load(ordering: .acquiring), "a connection was used after the closure it was lent to")
        return try await metrics.measureQuery { try await statement(session) }
    }
}
