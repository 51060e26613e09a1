/// Keeps calls from a service that is down: after some failures in a row none is let through for a time, then one at a
/// time as a probe, until one succeeds.
struct CircuitBreaker {
    typealias Instant = ContinuousClock.Instant

    /// The right to make one call. Each must be handed back with ``leave(_:_:at:)``.
    struct Permit { fileprivate let era: Int }

    enum Outcome {
        case success
        /// `pause` is how long the service asked to be left alone.
        case failure(pause: Duration?)
        /// Says nothing about the service.
        case nothing
    }

    enum State: Hashable {
        case closed
        case open(until: Instant)
        case probing
    }

    private(set) var state = State.closed
    private var failuresInARow = 0
    /// Grows with each change of state: a call that began before it no longer counts.
    private var era = 0
    private let maximumFailures: Int
    private let openDuration: Duration

    /// The longest time the service can ask for.
    private static let maximumPause = Duration.seconds(3_600)

    init(maximumFailures: Int, openDuration: Duration) {
        self.maximumFailures = maximumFailures
        self.openDuration = openDuration
    }

    /// Nil when the call must not be made.
    mutating func enter(at now: Instant) -> Permit? {
        switch state {
        case .closed: break
        case .open(let end) where now >= end: change(to: .probing)
        case .open, .probing: return nil
        }
        return Permit(era: era)
    }

    mutating func leave(_ permit: Permit, _ outcome: Outcome, at now: Instant) {
        guard permit.era == era else { return }
        switch outcome {
        case .success:
            failuresInARow = 0
            if state == .probing { change(to: .closed) }
        case .failure(let pause):
            failuresInARow += 1
            guard state == .probing || failuresInARow >= maximumFailures else { return }
            let duration = max(openDuration, min(pause ?? .zero, Self.maximumPause))
            change(to: .open(until: now + duration))
        case .nothing:
            if state == .probing { change(to: .open(until: now)) }
        }
    }

    private mutating func change(to state: State) {
        self.state = state
        era += 1
    }
}
