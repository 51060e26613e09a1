import Testing

@testable import SearchReplay

@Suite struct LatencyFiguresTests {
    @Test("percentiles are by nearest rank")
    func nearestRank() {
        let figures = LatencyFigures((1...100).map(Double.init).shuffled())
        #expect(figures.p50 == 50 && figures.p95 == 95 && figures.p99 == 99 && figures.mean == 50.5)
        let few = LatencyFigures([4, 1, 3, 2])
        #expect(few.p50 == 2 && few.p95 == 4 && few.p99 == 4)
        #expect(LatencyFigures([5]).p50 == 5)
    }

    @Test("rounds are joined by the median of each figure")
    func medians() {
        let rounds = [[1.0, 1], [9, 9], [2, 4]].map { LatencyFigures($0) }
        let joined = LatencyFigures(medianOf: rounds)
        #expect(joined.p50 == 2 && joined.p99 == 4 && joined.mean == 3)
        #expect(median([4, 1]) == 2.5)
    }

    @Test("a reading holds the counter's difference, and processor time that does not exceed wall time")
    func reads() {
        var count: UInt64 = 10
        let reading = ReplayReading.measure({ count }, { for i in 0..<1000 { count += UInt64(i % 2) } })
        #expect(reading.allocations == 500)
        #expect(reading.cpuMicroseconds > 0 && reading.cpuMicroseconds <= reading.wallMicroseconds)
    }
}
