import CoreMetrics
import Testing

@testable import Web

@Suite struct PrometheusMetricsTests {
    let metrics = PrometheusMetrics()

    @Test("Counters, gauges and histograms are rendered in the text format")
    func rendering() {
        Counter(label: "searches", dimensions: [("kind", "a\"b\\c\nd")], factory: metrics).increment(by: 3)
        Meter(label: "pool.size", factory: metrics).set(2.5)
        let timer = Timer(label: "wait", dimensions: [("pool", "p")], factory: metrics)
        timer.recordNanoseconds(1_000_000)
        timer.recordSeconds(20)
        let text = metrics.render()
        #expect(text.contains("# TYPE searches_total counter\nsearches_total{kind=\"a\\\"b\\\\c\\nd\"} 3\n"))
        #expect(text.contains("# TYPE pool_size gauge\npool_size 2.5\n"))
        #expect(text.contains("# TYPE wait_seconds histogram\n"))
        #expect(text.contains("wait_seconds_bucket{pool=\"p\",le=\"0.0005\"} 0\n"))
        #expect(text.contains("wait_seconds_bucket{pool=\"p\",le=\"0.001\"} 1\n"))
        #expect(text.contains("wait_seconds_bucket{pool=\"p\",le=\"10\"} 1\n"))
        #expect(text.contains("wait_seconds_bucket{pool=\"p\",le=\"+Inf\"} 2\n"))
        #expect(text.contains("wait_seconds_sum{pool=\"p\"} 20.001\n"))
        #expect(text.contains("wait_seconds_count{pool=\"p\"} 2\n"))
    }

    @Test("The same name and labels are one series, counted right under concurrency")
    func concurrency() async {
        let metrics = metrics
        await withTaskGroup { group in
            for _ in 0..<8 {
                group.addTask { for _ in 0..<1000 { Counter(label: "hits_total", dimensions: [("a", "1")], factory: metrics).increment() } }
                group.addTask { for _ in 0..<1000 { Timer(label: "t", factory: metrics).recordNanoseconds(1) } }
            }
        }
        #expect(metrics.render().contains("hits_total{a=\"1\"} 8000\n"))
        #expect(metrics.render().contains("t_seconds_count 8000\n"))
    }

    @Test("A name holds at most 1 000 label combinations; the rest is counted together")
    func bounded() {
        for number in 0..<1500 { Counter(label: "c", dimensions: [("n", "\(number)")], factory: metrics).increment() }
        let lines = metrics.render().split(separator: "\n").filter { $0.hasPrefix("c_total") }
        #expect(lines.count == 1001)
        #expect(lines.contains("c_total{overflow=\"true\"} 500"))
    }

    @Test("A name used as two kinds keeps the first and does not trap")
    func twoKinds() {
        Counter(label: "x_total", factory: metrics).increment()
        Meter(label: "x_total", factory: metrics).set(5)
        #expect(metrics.render() == "# TYPE x_total counter\nx_total 1\n")
    }
}
