import Synchronization

/// How many requests somebody may make.
public struct RateLimit: Sendable, Equatable {
    /// What the limit is called in the `RateLimit` header.
    public let name: String
    /// So many in a window, all at once or spread.
    public let count: Int
    public let windowSeconds: Int

    public init(name: String, count: Int, windowSeconds: Int) {
        precondition(count > 0 && windowSeconds > 0, "a limit lets something through")
        self.name = name
        self.count = count
        self.windowSeconds = windowSeconds
    }
}

/// Counts requests by the generic cell rate algorithm: one instant a caller, no windows that begin anew at once for all.
/// Lives in one server's memory; what guards codes and passwords is counted in the database instead.
final class RateLimiter: Sendable {
    /// What a request is told.
    struct Decision: Equatable {
        let isAllowed: Bool
        /// Further requests that would pass now.
        let remaining: Int
        /// Until one more passes, when refused; else until all pass again. In whole seconds, at least 0.
        let seconds: Int
    }

    let limit: RateLimit
    private let interval: Duration
    private let burst: Duration
    private let mostCallers: Int
    /// When each caller's debt is paid, since the limiter's start.
    private let paidAt = Mutex<[[UInt8]: Duration]>([:])
    private let start = ContinuousClock.now

    /// - Parameter mostCallers: kept at a time; when more come, those who owe nothing are forgotten, and at worst all.
    init(_ limit: RateLimit, mostCallers: Int = 100_000) {
        self.limit = limit
        self.mostCallers = mostCallers
        burst = .seconds(limit.windowSeconds)
        interval = burst / limit.count
    }

    /// Counts one request of a caller; a refused one costs nothing.
    func admit(_ caller: [UInt8]) -> Decision { admit(caller, at: .now - start) }

    func admit(_ caller: [UInt8], at now: Duration) -> Decision {
        paidAt.withLock { paidAt in
            let before = max(paidAt[caller] ?? .zero, now)
            let after = before + interval
            guard after - now <= burst else {
                return Decision(isAllowed: false, remaining: 0, seconds: Self.seconds(after - now - burst))
            }
            if paidAt.count >= mostCallers, paidAt[caller] == nil { Self.makeRoom(&paidAt, now: now, most: mostCallers) }
            paidAt[caller] = after
            return Decision(isAllowed: true, remaining: Int((burst - (after - now)) / interval), seconds: Self.seconds(after - now))
        }
    }

    private static func makeRoom(_ paidAt: inout [[UInt8]: Duration], now: Duration, most: Int) {
        paidAt = paidAt.filter { $0.value > now }
        if paidAt.count >= most { paidAt.removeAll() }
    }

    private static func seconds(_ duration: Duration) -> Int { Int((duration / .seconds(1)).rounded(.up)) }
}
