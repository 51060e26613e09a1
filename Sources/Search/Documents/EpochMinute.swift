import Foundation

/// Minutes since 1970, the index's unit of time.
enum EpochMinute {
    /// The minute an instant lies in.
    static func of(_ date: Date) -> Int { Int((date.timeIntervalSince1970 / 60).rounded(.down)) }
}
