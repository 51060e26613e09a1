import Metrics

/// What the driver reports; the labels of errors are SQLSTATE classes, of which there are some forty.
struct PostgresMetrics: Sendable {
    private let inUse = Gauge(label: "postgres_pool_in_use")
    private let waiting = Gauge(label: "postgres_pool_waiting")
    private let wait = Metrics.Timer(label: "postgres_pool_wait_duration")
    private let query = Metrics.Timer(label: "postgres_query_duration")

    func record(inUse: Int, waiting: Int) {
        self.inUse.record(inUse)
        self.waiting.record(waiting)
    }

    func measureWait<Value>(_ body: () async throws -> Value) async rethrows -> Value {
        let start = ContinuousClock.now
        defer { wait.record(duration: ContinuousClock.now - start) }
        return try await body()
    }

    func measureQuery<Value>(_ body: () async throws -> Value) async throws -> Value {
        let start = ContinuousClock.now
        defer { query.record(duration: ContinuousClock.now - start) }
        do {
            return try await body()
        } catch let error as PostgresError {
            Counter(label: "postgres_errors", dimensions: [("class", String(error.sqlState.prefix(2)))]).increment()
            throw error
        }
    }
}
