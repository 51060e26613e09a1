/// What the queries of one class cost. Times in microseconds.
public struct ClassFigures: Encodable, Sendable {
    public let name: String
    public let queries: Int
    public let cpu: LatencyFigures
    public let wall: LatencyFigures
    /// By wall time, one after the other on one thread.
    public let queriesPerSecond: Double
    public let allocationsPerQuery: Double?

    private enum CodingKeys: String, CodingKey {
        case queries
        case name = "class"
        case cpu = "cpu_microseconds"
        case wall = "wall_microseconds"
        case queriesPerSecond = "queries_per_second"
        case allocationsPerQuery = "allocations_per_query"
    }

    /// Every class in the order it first appears in the log, and all together when there are several.
    /// `readings` are by round, then by query.
    static func of(_ log: [LoggedQuery], readings: [[ReplayReading]], countsAllocations: Bool) -> [ClassFigures] {
        var names: [String] = []
        var places: [String: [Int]] = [:]
        for (place, query) in log.enumerated() {
            if places[query.queryClass] == nil { names.append(query.queryClass) }
            places[query.queryClass, default: []].append(place)
        }
        var figures = names.map { name in
            let ofClass = places[name] ?? []
            return ClassFigures(name, readings.map { round in ofClass.map { round[$0] } }, countsAllocations)
        }
        if names.count > 1 { figures.append(ClassFigures("all", readings, countsAllocations)) }
        return figures
    }

    private init(_ name: String, _ rounds: [[ReplayReading]], _ countsAllocations: Bool) {
        self.name = name
        queries = rounds[0].count
        cpu = LatencyFigures(medianOf: rounds.map { LatencyFigures($0.map(\.cpuMicroseconds)) })
        wall = LatencyFigures(medianOf: rounds.map { LatencyFigures($0.map(\.wallMicroseconds)) })
        queriesPerSecond = 1e6 / wall.mean
        allocationsPerQuery =
            countsAllocations
            ? median(rounds.map { round in Double(round.reduce(0) { $0 + $1.allocations }) / Double(round.count) }) : nil
    }
}
