import CAllocationCounter
import Foundation
import SearchReplay

/// Fails when a search allocates for each document, block or term it looks at: a query has a budget, the same for every
/// size of the catalogue. A program of its own, because only a release build tells; `tools/test` runs it.
///
///     search-allocations DOCTORS QUERIES
@main struct SearchAllocations {
    /// Heap allocations a query, reading it and its answer included: the mean of a class. Facets are put into
    /// dictionaries in the end, which grow with the tags that occur and not with what is looked at.
    static func budget(_ queryClass: String) -> Double { queryClass == "facets" ? 140 : 50 }

    static func main() throws {
        guard CommandLine.arguments.count == 3 else { fatalError("usage: search-allocations DOCTORS QUERIES") }
        let report = try ReplayBenchmark(
            doctors: CommandLine.arguments[1], queries: CommandLine.arguments[2], rounds: 1, version: "test",
            allocationCount: allocation_counter_of_thread, progress: .silent
        ).run()
        var isOver = false
        for figures in report.classes where figures.name != "all" {
            guard let count = figures.allocationsPerQuery, count > 0 else { fatalError("nothing was counted") }
            print("\(figures.name): \(count) allocations a query, budget \(budget(figures.name))")
            isOver = isOver || count > budget(figures.name)
        }
        exit(isOver ? 1 : 0)
    }
}
