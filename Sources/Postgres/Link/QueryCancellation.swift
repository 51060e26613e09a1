import Synchronization

/// Whether one query may be cancelled at this moment: only while it runs, so that no late request hits the next one.
final class QueryCancellation: Sendable {
    private enum State {
        case waiting, cancelled, running, finished
    }

    private let state = Mutex(State.waiting)

    /// Call on the connection's thread before sending.
    func begin() throws {
        try state.withLock {
            guard case .waiting = $0 else { throw CancellationError() }
            $0 = .running
        }
    }

    /// Call on the connection's thread after the answer. Blocks while a request is on its way: `request` holds the lock,
    /// and the server has signalled the backend by the time the request returns.
    func finish() {
        state.withLock { $0 = .finished }
    }

    /// Sends one request if the query runs; blocks. Returns whether to ask again: the server drops a request that
    /// overtakes its query.
    func request(_ canceller: LibPQCanceller) -> Bool {
        state.withLock {
            switch $0 {
            case .waiting: $0 = .cancelled
            case .running: canceller.cancel()
            case .cancelled, .finished: break
            }
            return $0 == .running
        }
    }
}
