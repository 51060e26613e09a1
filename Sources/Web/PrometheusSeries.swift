import CoreMetrics
import Synchronization

/// One name with one set of labels.
protocol PrometheusSeries: AnyObject, Sendable {
    func write(_ name: String, _ labels: String, into text: inout String)
}

final class PrometheusCounter: PrometheusSeries, CounterHandler {
    private let value = Atomic<Int64>(0)

    func increment(by amount: Int64) { value.wrappingAdd(amount, ordering: .relaxed) }
    func reset() { value.store(0, ordering: .relaxed) }

    func write(_ name: String, _ labels: String, into text: inout String) {
        PrometheusText.line(name, labels, Double(value.load(ordering: .relaxed)), into: &text)
    }
}

/// A gauge, or a counter of fractions.
final class PrometheusNumber: PrometheusSeries, FloatingPointCounterHandler, MeterHandler, RecorderHandler {
    private let value = Mutex<Double>(0)

    func increment(by amount: Double) { value.withLock { $0 += amount } }
    func decrement(by amount: Double) { value.withLock { $0 -= amount } }
    func set(_ number: Int64) { set(Double(number)) }
    func set(_ number: Double) { value.withLock { $0 = number } }
    func record(_ number: Int64) { set(Double(number)) }
    func record(_ number: Double) { set(number) }
    func reset() { set(0.0) }

    func write(_ name: String, _ labels: String, into text: inout String) {
        PrometheusText.line(name, labels, value.withLock { $0 }, into: &text)
    }
}

final class PrometheusHistogram: PrometheusSeries, TimerHandler, RecorderHandler {
    /// Half a millisecond to ten seconds: what a request or a query takes.
    static let seconds = [0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10]
    /// Counts and sizes.
    static let amounts: [Double] = [1, 2, 5, 10, 20, 50, 100, 200, 500, 1000, 10_000, 100_000, 1_000_000]

    private struct State {
        var counts: [Int]
        var sum = 0.0
    }

    private let bounds: [Double]
    private let state: Mutex<State>

    init(bounds: [Double]) {
        self.bounds = bounds
        state = Mutex(State(counts: Array(repeating: 0, count: bounds.count + 1)))
    }

    func recordNanoseconds(_ duration: Int64) { record(Double(duration) / 1e9) }
    func record(_ value: Int64) { record(Double(value)) }

    func record(_ value: Double) {
        let bucket = bounds.firstIndex { value <= $0 } ?? bounds.count
        state.withLock {
            $0.counts[bucket] += 1
            $0.sum += value
        }
    }

    func write(_ name: String, _ labels: String, into text: inout String) {
        let state = state.withLock { $0 }
        var total = 0
        for (bound, count) in zip(bounds + [.infinity], state.counts) {
            total += count
            let bucket = (labels.isEmpty ? "" : labels + ",") + "le=\"\(PrometheusText.number(bound))\""
            PrometheusText.line(name + "_bucket", bucket, Double(total), into: &text)
        }
        PrometheusText.line(name + "_sum", labels, state.sum, into: &text)
        PrometheusText.line(name + "_count", labels, Double(total), into: &text)
    }
}
