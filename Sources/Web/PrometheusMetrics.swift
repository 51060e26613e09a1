import CoreMetrics
import HTTPTypes
import Hummingbird
import NIOCore
import Synchronization

/// Keeps the program's metrics and renders them in the Prometheus text format 0.0.4.
/// Give it to `MetricsSystem.bootstrap` once at start. Timers and recorders become histograms.
///
/// Memory is bounded: a name has at most 1 000 label combinations; later ones are counted together under `overflow="true"`.
public final class PrometheusMetrics: MetricsFactory, Sendable {
    private static let maximumSeriesPerName = 1000

    private struct Family {
        let kind: String
        var series: [String: any PrometheusSeries] = [:]
    }

    private let families = Mutex<[String: Family]>([:])

    public init() {}

    /// All metrics as text, sorted by name and labels. Values read while others are written may be an instant apart.
    public func render() -> String {
        let families = families.withLock { $0 }
        var text = ""
        for (name, family) in families.sorted(by: { $0.key < $1.key }) {
            text += "# TYPE \(name) \(family.kind)\n"
            for (labels, series) in family.series.sorted(by: { $0.key < $1.key }) { series.write(name, labels, into: &text) }
        }
        return text
    }

    func response() -> Response {
        Response(
            status: .ok,
            headers: [.contentType: "text/plain; version=0.0.4; charset=utf-8"],
            body: .init(byteBuffer: ByteBuffer(string: render()))
        )
    }

    public func makeCounter(label: String, dimensions: [(String, String)]) -> any CounterHandler {
        series(label, dimensions, suffix: "_total", kind: "counter") { PrometheusCounter() }
    }

    public func makeFloatingPointCounter(label: String, dimensions: [(String, String)]) -> any FloatingPointCounterHandler {
        series(label, dimensions, suffix: "_total", kind: "counter") { PrometheusNumber() }
    }

    public func makeMeter(label: String, dimensions: [(String, String)]) -> any MeterHandler {
        series(label, dimensions, suffix: "", kind: "gauge") { PrometheusNumber() }
    }

    public func makeRecorder(label: String, dimensions: [(String, String)], aggregate: Bool) -> any RecorderHandler {
        guard aggregate else { return series(label, dimensions, suffix: "", kind: "gauge") { PrometheusNumber() } }
        return series(label, dimensions, suffix: "", kind: "histogram") { PrometheusHistogram(bounds: PrometheusHistogram.amounts) }
    }

    public func makeTimer(label: String, dimensions: [(String, String)]) -> any TimerHandler {
        series(label, dimensions, suffix: "_seconds", kind: "histogram") { PrometheusHistogram(bounds: PrometheusHistogram.seconds) }
    }

    public func destroyCounter(_ handler: any CounterHandler) {}
    public func destroyFloatingPointCounter(_ handler: any FloatingPointCounterHandler) {}
    public func destroyMeter(_ handler: any MeterHandler) {}
    public func destroyRecorder(_ handler: any RecorderHandler) {}
    public func destroyTimer(_ handler: any TimerHandler) {}

    /// The series of a name and labels, made on first use. A name keeps the kind of its first use.
    private func series<S: PrometheusSeries>(
        _ label: String,
        _ dimensions: [(String, String)],
        suffix: String,
        kind: String,
        make: () -> S
    ) -> S {
        let name = PrometheusText.name(label, suffix: suffix)
        let labels = PrometheusText.labels(dimensions)
        return families.withLock { families in
            var family = families[name] ?? Family(kind: kind)
            let isFull = family.series.count >= Self.maximumSeriesPerName && family.series[labels] == nil
            let key = isFull ? PrometheusText.labels([("overflow", "true")]) : labels
            if let known = family.series[key] as? S { return known }
            let new = make()
            guard family.series[key] == nil, family.kind == kind else { return new }
            family.series[key] = new
            families[name] = family
            return new
        }
    }
}
