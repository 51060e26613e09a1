import Synchronization

/// Listens on one channel, on a thread of its own, until stopped.
final class Listener: Sendable {
    private let channel: String
    private let connectionString: String
    private let log: @Sendable (any Error) -> Void
    private let events: AsyncStream<PostgresNotifications.Event>.Continuation
    private let stopping = Wakeup()

    init(
        channel: String, connectionString: String, log: @escaping @Sendable (any Error) -> Void,
        events: AsyncStream<PostgresNotifications.Event>.Continuation
    ) {
        self.channel = channel
        self.connectionString = connectionString
        self.log = log
        self.events = events
    }

    /// Ends the stream at once and the thread as soon as it notices.
    func stop() {
        stopping.signal()
        events.finish()
    }

    /// Connects, listens and connects again. Blocks until ``stop()``.
    func run() {
        var backoff = Self.freshBackoff
        while !stopping.isSignalled {
            do {
                try listen { backoff = Self.freshBackoff }
            } catch {
                log(error)
                let pause = backoff.next() / .milliseconds(1)
                Poll.wait(for: [stopping.readEnd], timeoutMilliseconds: Int32(pause))
            }
        }
    }

    private static var freshBackoff: Backoff { Backoff(firstMilliseconds: 50, maximumMilliseconds: 2_000) }

    private func listen(connected: () -> Void) throws {
        let connection = try LibPQ(connectionString: connectionString)
        _ = try connection.execute(script: "LISTEN \(quotedChannel)")
        connected()
        events.yield(.gap)
        while !stopping.isSignalled {
            for notification in try connection.notifications() { yield(notification) }
            Poll.wait(for: [connection.socket, stopping.readEnd], timeoutMilliseconds: -1)
        }
    }

    private var quotedChannel: String {
        "\"" + channel.split(separator: "\"", omittingEmptySubsequences: false).joined(separator: "\"\"") + "\""
    }

    private func yield(_ notification: PostgresNotification) {
        if case .dropped = events.yield(.notification(notification)) { events.yield(.gap) }
    }
}

/// The listeners of a pool, to stop them with it.
final class ListenerRegistry: Sendable {
    private struct State {
        var running: [ObjectIdentifier: Listener] = [:]
        var isClosed = false
    }

    private let state = Mutex(State())

    /// Starts a thread for the listener; stops at once when closed.
    func start(_ listener: Listener) {
        let isOpen = state.withLock { state in
            if !state.isClosed { state.running[ObjectIdentifier(listener)] = listener }
            return !state.isClosed
        }
        guard isOpen else { return listener.stop() }
        Task {
            try await BlockingThreads(count: 1).run { listener.run() }
            state.withLock { $0.running[ObjectIdentifier(listener)] = nil }
        }
    }

    func close() {
        let running = state.withLock { state in
            state.isClosed = true
            return Array(state.running.values)
        }
        for listener in running { listener.stop() }
    }
}
