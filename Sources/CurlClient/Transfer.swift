import CCurl
import Synchronization

/// One exchange under way. After `submit` only the loop's thread touches it.
protocol Transfer: AnyObject, Sendable {
    var flag: CancellationFlag { get }
    var deadline: ContinuousClock.Instant { get }

    /// The configured handle, or nil if the request was refused and its sender told so.
    func prepare() -> UnsafeMutableRawPointer?
    func finish(_ result: CURLcode)
    func cancel()
}

extension Transfer {
    var isCancelled: Bool { flag.value.load(ordering: .acquiring) }

    /// At most 0 once the deadline has passed.
    var remainingMilliseconds: Int { Int(min((deadline - .now) / .milliseconds(1), Double(Int32.max))) }
}
