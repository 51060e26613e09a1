import CoreMetrics
import Synchronization

/// The measurements of one kind of request. Made once a kind: looking a metric up by its labels costs more than a route.
struct RequestMetrics: Sendable {
    private let count: Counter
    private let duration: Timer

    private struct Kind: Hashable {
        let method: String
        let route: String
        let status: Int
    }

    /// As many as routes × methods × statuses, all of which are ours to choose.
    private static let known = Mutex<[Kind: RequestMetrics]>([:])

    /// One more request.
    func add(_ elapsed: Duration) {
        count.increment()
        duration.recordNanoseconds(Int64(elapsed / .nanoseconds(1)))
    }

    static func of(method: String, route: String, status: Int) -> RequestMetrics {
        known.withLock { known in
            let kind = Kind(method: method, route: route, status: status)
            if let metrics = known[kind] { return metrics }
            let labels = [("route", route), ("status", String(status))]
            let metrics = RequestMetrics(
                count: Counter(label: "http_requests_total", dimensions: [("method", method)] + labels),
                duration: Timer(label: "http_request_duration_seconds", dimensions: labels))
            known[kind] = metrics
            return metrics
        }
    }
}
