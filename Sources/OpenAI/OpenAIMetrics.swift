import Metrics

/// What the client reports. Labels are statuses and the words of ``OpenAIError``; nothing of a request is among them.
struct OpenAIMetrics: Sendable {
    private let factory: any MetricsFactory
    private let duration: Metrics.Timer
    private let repairs: Counter
    private let breakerState: Gauge

    init(factory: any MetricsFactory = MetricsSystem.factory) {
        self.factory = factory
        duration = Metrics.Timer(label: "openai_call_duration_seconds", dimensions: [], factory: factory)
        repairs = Counter(label: "openai_repairs_total", dimensions: [], factory: factory)
        breakerState = Gauge(label: "openai_breaker_state", dimensions: [], factory: factory)
    }

    /// A call ended, however; `elapsed` is nil when nothing was asked of the service.
    func ended(_ outcome: String, elapsed: Duration?) {
        add(1, "openai_calls_total", ("outcome", outcome))
        if let elapsed { duration.recordNanoseconds(Int64(elapsed / .nanoseconds(1))) }
    }

    /// One HTTP request; `result` is the status or why there is none.
    func sent(_ result: String) { add(1, "openai_requests_total", ("result", result)) }

    func used(_ usage: TokenUsage) {
        add(usage.input, "openai_tokens_total", ("kind", "input"))
        add(usage.output, "openai_tokens_total", ("kind", "output"))
    }

    func lookedUp(isHit: Bool) { add(1, "openai_cache_lookups_total", ("result", isHit ? "hit" : "miss")) }

    func repaired() { repairs.increment() }

    /// 0 closed, 1 probing, 2 open.
    func breaker(_ state: CircuitBreaker.State) {
        switch state {
        case .closed: breakerState.record(0)
        case .probing: breakerState.record(1)
        case .open: breakerState.record(2)
        }
    }

    private func add(_ amount: Int, _ label: String, _ dimension: (String, String)) {
        Counter(label: label, dimensions: [dimension], factory: factory).increment(by: amount)
    }
}
