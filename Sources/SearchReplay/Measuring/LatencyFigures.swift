/// How long the queries of one round took, in microseconds.
public struct LatencyFigures: Codable, Equatable, Sendable {
    public var p50: Double
    public var p95: Double
    public var p99: Double
    public var mean: Double

    /// Percentiles by nearest rank: the least time that at least that share of the queries did not exceed.
    init(_ times: [Double]) {
        precondition(!times.isEmpty, "figures of nothing")
        let sorted = times.sorted()
        func percentile(_ share: Double) -> Double { sorted[max(Int((share * Double(sorted.count)).rounded(.up)), 1) - 1] }
        p50 = percentile(0.50)
        p95 = percentile(0.95)
        p99 = percentile(0.99)
        mean = times.reduce(0, +) / Double(times.count)
    }

    /// The median of each figure over the rounds.
    init(medianOf rounds: [LatencyFigures]) {
        p50 = median(rounds.map(\.p50))
        p95 = median(rounds.map(\.p95))
        p99 = median(rounds.map(\.p99))
        mean = median(rounds.map(\.mean))
    }
}

/// The middle value, or the mean of the two in the middle. `values` must not be empty.
func median(_ values: [Double]) -> Double {
    let sorted = values.sorted()
    return (sorted[(sorted.count - 1) / 2] + sorted[sorted.count / 2]) / 2
}
