import Logging
import ServiceLifecycle
import Synchronization

/// A bounded set of connections, lent one closure at a time, first come first served.
///
/// Usable as soon as it exists; ``run()`` closes it on graceful shutdown. A lost connection is replaced, and while the
/// server is away borrowers wait until their deadline for it to come back.
public final class PostgresPool: Service, PostgresQuerying {
    let configuration: PostgresConfiguration
    let logger: Logger
    let metrics = PostgresMetrics()
    let listeners = ListenerRegistry()
    private let threads: BlockingThreads
    private let state: Mutex<PoolState<Session>>
    private let nextWaiter = Atomic(0)

    public init(configuration: PostgresConfiguration, logger: Logger) {
        self.configuration = configuration
        self.logger = logger
        threads = BlockingThreads(count: configuration.maximumConnections)
        state = Mutex(PoolState(maximum: configuration.maximumConnections))
    }

    /// Waits for graceful shutdown or cancellation, then closes the pool.
    public func run() async throws {
        try? await gracefulShutdown()
        await close()
    }

    /// Refuses new borrowers, ends the notification sequences and returns when every connection is closed.
    public func close() async {
        listeners.close()
        let (idle, waiters) = state.withLock { $0.close() }
        for waiter in waiters { waiter.resume(throwing: PostgresPoolError.closed) }
        for session in idle { await session.close() }
        await withCheckedContinuation { continuation in
            if !state.withLock({ $0.waitUntilDrained(continuation) }) { continuation.resume() }
        }
    }

    @discardableResult
    public func query(_ sql: SQL) async throws -> PostgresResult {
        try await withConnection { try await $0.query(sql) }
    }

    /// Lends a connection to `body`. It must not escape. One returned inside a transaction, or broken, is closed.
    /// - Throws: what `body` throws, ``PostgresPoolError``, ``PostgresError`` when the server cannot be reached.
    @discardableResult
    public func withConnection<Value: Sendable>(
        _ body: @Sendable (PostgresConnection) async throws -> Value
    ) async throws -> Value {
        let session = try await metrics.measureWait { try await borrow() }
        let connection = PostgresConnection(session, metrics)
        do {
            let value = try await body(connection)
            await giveBack(connection)
            return value
        } catch {
            await giveBack(connection)
            throw error
        }
    }
}

// Borrowing and giving back.
extension PostgresPool {
    private func borrow() async throws -> Session {
        try Task.checkCancellation()
        while let session = update({ $0.takeIdle() }) {
            if session.isAlive { return session }
            await discard(session)
        }
        return try await waitForSession()
    }

    private func waitForSession() async throws -> Session {
        let number = nextWaiter.add(1, ordering: .relaxed).newValue
        let deadline = Task {
            try await Task.sleep(for: .milliseconds(configuration.waitingDeadlineMilliseconds))
            refuse(number) { $0 ?? PostgresPoolError.waitingDeadlineExceeded }
        }
        defer { deadline.cancel() }
        return try await withTaskCancellationHandler {
            try await withCheckedThrowingContinuation { enqueue(number, $0) }
        } onCancel: {
            refuse(number) { _ in CancellationError() }
        }
    }

    private enum Admission {
        case refused(any Error)
        case served(Session)
        case waits(opens: Bool)
    }

    private func enqueue(_ number: Int, _ continuation: CheckedContinuation<Session, any Error>) {
        let admission: Admission = update { state in
            if state.isClosed { return .refused(PostgresPoolError.closed) }
            // Looked up under the lock: a cancellation that came too early to find this waiter is seen here.
            if Task.isCancelled { return .refused(CancellationError()) }
            if let session = state.takeIdle() { return .served(session) }
            return .waits(opens: state.enqueue(number, continuation))
        }
        switch admission {
        case .refused(let error): continuation.resume(throwing: error)
        case .served(let session): continuation.resume(returning: session)
        case .waits(let opens): if opens { open() }
        }
    }

    private func refuse(_ number: Int, with error: (_ openingFailure: (any Error)?) -> any Error) {
        let (waiter, failure) = update { ($0.dequeue(number), $0.openingFailure) }
        waiter?.resume(throwing: error(failure))
    }

    private func giveBack(_ connection: PostgresConnection) async {
        connection.end()
        guard connection.session.status == .idle else { return await discard(connection.session) }
        await finish(update { $0.giveBack(connection.session) })
    }

    private func discard(_ session: Session) async {
        await session.close()
        if update({ $0.removeLent() }) { open() }
    }
}

// Opening.
extension PostgresPool {
    private func open() {
        Task {
            var backoff = Backoff(firstMilliseconds: 50, maximumMilliseconds: 1_000)
            while await !openOnce() { try await Task.sleep(for: backoff.next()) }
        }
    }

    /// Returns whether there is nothing more to try.
    private func openOnce() async -> Bool {
        do {
            let session = try await threads.run { [configuration, threads] in try Session(configuration, threads: threads) }
            await finish(update { $0.opened(session) })
            return true
        } catch {
            logger.warning("PostgreSQL cannot be reached", metadata: ["error": "\(error)"])
            logger.debug("PostgreSQL cannot be reached", metadata: ["message": "\((error as? PostgresError)?.message ?? "")"])
            return !update { $0.openingFailed(error) }
        }
    }

    private func finish(_ placement: PoolState<Session>.Placement) async {
        switch placement {
        case .lend(let session, let continuation): continuation.resume(returning: session)
        case .keep: break
        case .discard(let session): await session.close()
        }
    }

    /// Every change of the state: reports the gauges and wakes whoever waits for the end.
    private func update<Value>(_ change: (inout PoolState<Session>) -> Value) -> Value {
        let (value, lent, waiting, drained) = state.withLock { state in
            (change(&state), state.lent, state.waiting, state.takeDrained())
        }
        metrics.record(inUse: lent, waiting: waiting)
        for continuation in drained { continuation.resume() }
        return value
    }
}

/// A pool that lends nothing.
public enum PostgresPoolError: Error, Hashable, Sendable {
    /// All connections stayed in use for longer than the waiting deadline.
    case waitingDeadlineExceeded
    /// The pool is closed.
    case closed
}
