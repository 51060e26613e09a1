import Foundation
import Synchronization

/// Whether the change feed is being followed, for readiness and metrics.
final class FollowerHealth: Sendable {
    private let failingSince = Mutex<Date?>(nil)

    /// Since when every attempt has failed; `nil` when the last one did not.
    var failing: Date? { failingSince.withLock { $0 } }

    func succeeded() { failingSince.withLock { $0 = nil } }

    func failed(_ error: any Error) { failingSince.withLock { $0 = $0 ?? Date() } }
}

/// What the follower's tasks tell each other.
final class FollowerProgress: Sendable {
    private struct State {
        var saved: ChangeCursor?
        var loading: ChangeCursor?
        var wantsVerification = false
        var verification: Reconciliation.Outcome?
    }
    private let state = Mutex(State())

    /// Below which transaction nothing is needed, to go on from memory or from the snapshot file; `nil` before the first
    /// load.
    func needs(_ current: ChangeCursor?) -> UInt64? {
        state.withLock { state in [state.loading, state.saved, current].compactMap { $0?.snapshot.xmin }.min() }
    }

    /// The cursor of the newest snapshot file.
    func saved(_ cursor: ChangeCursor) { state.withLock { $0.saved = cursor } }

    /// The cursor of a load that goes on; `nil` at its end.
    func loading(_ cursor: ChangeCursor?) { state.withLock { $0.loading = cursor } }

    /// Whether somebody waits for a walk over all doctors.
    var wantsVerification: Bool {
        get { state.withLock { $0.wantsVerification } }
        set { state.withLock { $0.wantsVerification = newValue } }
    }

    /// What that walk found, until the database is told.
    var verification: Reconciliation.Outcome? {
        get { state.withLock { $0.verification } }
        set { state.withLock { $0.verification = newValue } }
    }
}
