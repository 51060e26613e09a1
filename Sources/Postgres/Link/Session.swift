import Synchronization

/// One connection to the server with its prepared statements. Statements of one session run one after another.
final class Session: Sendable {
    /// Locked for as long as a statement runs, on a blocking thread.
    private let link: Mutex<SessionLink>
    private let latestStatus = Mutex(LinkStatus.idle)
    private let canceller: LibPQCanceller
    private let socket: Int32
    private let threads: BlockingThreads

    /// Connects and applies the configuration's timeouts. Just-in-time compilation is off: it took a second for statements
    /// that run for milliseconds. Blocks.
    /// - Throws: ``PostgresError``.
    init(_ configuration: PostgresConfiguration, threads: BlockingThreads) throws {
        let connection = try LibPQ(connectionString: configuration.connectionString)
        _ = try connection.execute(
            script: """
                SET statement_timeout = \(configuration.statementTimeoutMilliseconds);
                SET jit = off;
                SET lock_timeout = \(configuration.lockTimeoutMilliseconds);
                SET TIME ZONE 'UTC'
                """
        )
        canceller = connection.canceller
        socket = connection.socket
        self.threads = threads
        link = Mutex(SessionLink(connection: connection))
    }

    /// Where the connection stood after its latest statement; busy while one runs. Does not block.
    var status: LinkStatus { latestStatus.withLock { $0 } }

    /// Whether the server is still there, as far as an idle socket tells without blocking: it has nothing to say to an
    /// idle connection but good-bye.
    var isAlive: Bool { status == .idle && !Poll.isReadable(socket) }

    /// Runs a statement; cancelled with its task.
    func query(_ sql: SQL) async throws -> LibPQResult {
        let key = StatementCache.Key(text: sql.text, types: sql.bindings.map(\.type))
        let parameters = try LibPQParameters(sql.bindings)
        return try await cancellable { try $0.execute(key, parameters) }
    }

    /// Runs a script of statements in the simple protocol; cancelled with its task.
    func execute(script: String) async throws -> LibPQResult {
        try await cancellable { try $0.connected.execute(script: script) }
    }

    /// Runs a script to its end even when the task is cancelled: for COMMIT and ROLLBACK.
    func executeUncancelled(script: String) async throws -> LibPQResult {
        try await threads.run { try self.hold { try $0.connected.execute(script: script) } }
    }

    /// Says good-bye to the server.
    func close() async {
        try? await threads.run { self.link.withLock { $0.connection = nil } }
    }

    private func cancellable(_ work: @escaping @Sendable (inout SessionLink) throws -> LibPQResult) async throws -> LibPQResult {
        try Task.checkCancellation()
        let cancellation = QueryCancellation()
        do {
            return try await withTaskCancellationHandler {
                try await threads.run {
                    try self.hold { link in
                        try cancellation.begin()
                        defer { cancellation.finish() }
                        return try work(&link)
                    }
                }
            } onCancel: {
                cancel(cancellation)
            }
        } catch let error as PostgresError where error.sqlState == SQLState.queryCanceled.rawValue && Task.isCancelled {
            throw CancellationError()
        }
    }

    private func hold(_ work: (inout SessionLink) throws -> LibPQResult) throws -> LibPQResult {
        try link.withLock { link in
            latestStatus.withLock { $0 = .busy }
            defer { latestStatus.withLock { $0 = link.connection?.status ?? .lost } }
            return try work(&link)
        }
    }

    private func cancel(_ cancellation: QueryCancellation) {
        Task { [canceller] in
            var backoff = Backoff(firstMilliseconds: 50, maximumMilliseconds: 1_000)
            while try await BlockingThreads.forCancelling.run({ cancellation.request(canceller) }) {
                try await Task.sleep(for: backoff.next())
            }
        }
    }
}

extension BlockingThreads {
    /// Apart from the connections' threads: those may all be waiting for what is to be cancelled.
    fileprivate static let forCancelling = BlockingThreads(count: 1)
}
