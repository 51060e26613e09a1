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

/// Set once, by another task.
final class FinishedFlag: Sendable {
    private let flag = Atomic(false)

    var isSet: Bool { flag.load(ordering: .acquiring) }

    func set() { flag.store(true, ordering: .releasing) }
}
