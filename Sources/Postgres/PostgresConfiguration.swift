/// How to reach a PostgreSQL server and how long to wait for it.
public struct PostgresConfiguration: Sendable {
    /// A libpq connection string or URL; TLS settings (`sslmode`, `sslrootcert`, …) are part of it.
    public var connectionString: String
    /// Connections open at once, each with a thread of its own.
    public var maximumConnections: Int
    /// How long a borrower waits for a connection, whether all are in use or the server is away.
    public var waitingDeadlineMilliseconds: Int
    /// PostgreSQL's `statement_timeout`; 0 is none.
    public var statementTimeoutMilliseconds: Int
    /// PostgreSQL's `lock_timeout`; 0 is none.
    public var lockTimeoutMilliseconds: Int

    public init(
        connectionString: String,
        maximumConnections: Int = 10,
        waitingDeadlineMilliseconds: Int = 5_000,
        statementTimeoutMilliseconds: Int = 10_000,
        lockTimeoutMilliseconds: Int = 3_000
    ) {
        precondition(maximumConnections > 0, "a pool needs at least one connection")
        self.connectionString = connectionString
        self.maximumConnections = maximumConnections
        self.waitingDeadlineMilliseconds = waitingDeadlineMilliseconds
        self.statementTimeoutMilliseconds = statementTimeoutMilliseconds
        self.lockTimeoutMilliseconds = lockTimeoutMilliseconds
    }
}

extension PostgresConfiguration: CustomStringConvertible, CustomReflectable {
    /// Without the connection string, which may hold a password.
    public var description: String { "PostgresConfiguration(at most \(maximumConnections) connections)" }
    public var customMirror: Mirror { Mirror(self, children: []) }
}
