/// Who has which session and who waits for one: the pool's bookkeeping, without doing anything.
///
/// Invariants: `idle.count + lent + opening ≤ maximum`; nobody waits while a session is idle; openings never outnumber
/// what waiters need when they start.
struct PoolState<Session: Sendable>: Sendable {
    typealias Continuation = CheckedContinuation<Session, any Error>

    private struct Waiter {
        let number: Int
        let continuation: Continuation
    }

    /// What the caller has to do once the lock is released.
    enum Placement {
        case lend(Session, to: Continuation)
        case keep
        case discard(Session)
    }

    private let maximum: Int
    private var idle: [Session] = []
    private var waiters: [Waiter] = []
    private(set) var lent = 0
    private var opening = 0
    private(set) var isClosed = false
    /// Why the latest attempt to open failed; `nil` after a success.
    private(set) var openingFailure: (any Error)?
    private var drained: [CheckedContinuation<Void, Never>] = []

    init(maximum: Int) {
        self.maximum = maximum
    }

    var waiting: Int { waiters.count }

    /// The session used last, which is the one most likely warm.
    mutating func takeIdle() -> Session? {
        guard let session = idle.popLast() else { return nil }
        lent += 1
        return session
    }

    /// Joins the queue. Returns whether a session has to be opened.
    mutating func enqueue(_ number: Int, _ continuation: Continuation) -> Bool {
        waiters.append(Waiter(number: number, continuation: continuation))
        return beginOpening()
    }

    /// Leaves the queue, unless served already.
    mutating func dequeue(_ number: Int) -> Continuation? {
        guard let index = waiters.firstIndex(where: { $0.number == number }) else { return nil }
        return waiters.remove(at: index).continuation
    }

    /// A lent session came back in order.
    mutating func giveBack(_ session: Session) -> Placement {
        lent -= 1
        return place(session)
    }

    /// A lent session was closed. Returns whether another has to be opened.
    mutating func removeLent() -> Bool {
        lent -= 1
        return beginOpening()
    }

    mutating func opened(_ session: Session) -> Placement {
        opening -= 1
        openingFailure = nil
        return place(session)
    }

    /// Returns whether to try again: only while somebody waits for it.
    mutating func openingFailed(_ error: any Error) -> Bool {
        openingFailure = error
        guard !isClosed, opening <= waiters.count else {
            opening -= 1
            return false
        }
        return true
    }

    /// Refuses everything from now on. Returns what to close and whom to refuse.
    mutating func close() -> (idle: [Session], waiters: [Continuation]) {
        isClosed = true
        defer { (idle, waiters) = ([], []) }
        return (idle, waiters.map(\.continuation))
    }

    /// Keeps the continuation until every session is gone; returns `false` when that is now.
    mutating func waitUntilDrained(_ continuation: CheckedContinuation<Void, Never>) -> Bool {
        guard lent + opening > 0 else { return false }
        drained.append(continuation)
        return true
    }

    /// The continuations to resume, once every session is gone.
    mutating func takeDrained() -> [CheckedContinuation<Void, Never>] {
        guard isClosed, lent + opening == 0 else { return [] }
        defer { drained = [] }
        return drained
    }

    private mutating func place(_ session: Session) -> Placement {
        guard !isClosed else { return .discard(session) }
        guard !waiters.isEmpty else {
            idle.append(session)
            return .keep
        }
        lent += 1
        return .lend(session, to: waiters.removeFirst().continuation)
    }

    private mutating func beginOpening() -> Bool {
        guard !isClosed, opening < waiters.count, idle.count + lent + opening < maximum else { return false }
        opening += 1
        return true
    }
}
