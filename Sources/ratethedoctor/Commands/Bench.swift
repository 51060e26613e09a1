import ArgumentParser
import CAllocationCounter
import Foundation
import SearchReplay

struct Bench: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Measure this program on your own data.", subcommands: [BenchSearch.self, BenchOpen.self])
}

struct BenchSearch: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "search",
        abstract: "Replay a query log against a catalogue in memory, on one thread.",
        discussion: "Both files are JSON Lines in the replay format; see the README. No database is needed.")

    @Option(help: "Catalogue of doctors.")
    var doctors: String
    @Option(help: "Query log.")
    var queries: String
    @Option(help: "Measured rounds after a warm-up.")
    var rounds = 3
    @Option(name: .customLong("class"), help: "Only queries of this class.")
    var queryClass: String?
    @Flag(help: "Compare every answer with a full scan and fail on the first difference.")
    var check = false
    @Option(help: "Write the index to this file, for `bench open`.")
    var snapshot: String?
    @Option(name: .customLong("json"), help: "Write all figures, and each query's count and ids, to this file.")
    var jsonFile: String?

    func validate() throws {
        guard rounds >= 1 else { throw ValidationError("--rounds must be at least 1") }
    }

    func run() throws {
        keepFreedMemory()
        let report = try ReplayBenchmark(
            doctors: doctors, queries: queries, rounds: rounds, queryClass: queryClass, checksExhaustively: check,
            snapshot: snapshot, version: RateTheDoctor.version, allocationCount: allocation_counter_of_thread
        ).run()
        print(report.table)
        if let jsonFile { try report.json().write(to: URL(filePath: jsonFile)) }
    }
}

struct BenchOpen: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "open",
        abstract: "Open a snapshot that `bench search` wrote, verify it, and answer the first query of a log.")

    @Option(help: "Snapshot file.")
    var snapshot: String
    @Option(help: "Query log.")
    var queries: String

    func run() throws { print(try ReplayOpening(snapshot: snapshot, queries: queries).summary) }
}
