import App
import ArgumentParser
import CurlClient
import Foundation
import Search

struct ReindexCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "reindex",
        abstract: "Build the search index anew from the database and swap running servers to it.",
        discussion: """
            Writes a snapshot file into RTD_INDEX_DIRECTORY and tells the servers that read it. They go on answering \
            meanwhile. With --server, waits until that server answers from the new index.

            With --verify nothing is built: every running server compares its whole index with the database, repairs what \
            differs and reports it; the exit code is not 0 when anything differed. With --parked, lists the doctors that \
            servers cannot index, and why.
            """)

    @Option(help: "Wait for this server, for example http://127.0.0.1:8080.")
    var server: String?
    @Flag(help: "Compare the running servers' indexes with the database instead.")
    var verify = false
    @Flag(help: "List doctors that cannot be indexed instead.")
    var parked = false
    @Flag(help: "Print the outcome as JSON.")
    var json = false

    func validate() throws {
        if verify && parked || server != nil && (verify || parked) {
            throw ValidationError("--server, --verify and --parked exclude each other")
        }
    }

    func run() async throws {
        let configuration = try Terminal.configuration()
        let maintenance = Maintenance(configuration, logger: Terminal.logger(configuration.logLevel))
        if verify { return try await verify(maintenance) }
        if parked { return try await list(maintenance) }
        let report = try await maintenance.reindex {
            Terminal.progress("\($0) of \($1) doctors")
        }
        Terminal.endProgress()
        if let server { try await wait(for: report.generation, at: server) }
        if json { return try Terminal.printJSON(report) }
        print("Generation \(report.generation): \(report.documents) documents, \(report.bytes) bytes in \(report.path)")
    }

    private func verify(_ maintenance: Maintenance) async throws {
        let answers = try await maintenance.verifyIndexes { Terminal.progress("\($0) of \($1) servers") }
        Terminal.endProgress()
        if json {
            try Terminal.printJSON(answers)
        } else {
            for answer in answers { print("\(answer.host): \(answer.doctors) doctors compared, \(answer.differences) differed") }
        }
        if answers.contains(where: { $0.differences > 0 }) { throw ExitCode.failure }
    }

    private func list(_ maintenance: Maintenance) async throws {
        let parked = try await maintenance.parkedDoctors()
        if json { return try Terminal.printJSON(parked) }
        for doctor in parked {
            print(
                "\(doctor.host): doctor \(doctor.doctorID) since \(doctor.failingSince.ISO8601Format()), \(doctor.attempts) attempts, "
                    + "next at \(doctor.nextAttemptAt.ISO8601Format()): \(doctor.reason)")
        }
        print("\(parked.count) parked")
    }

    private struct Readiness: Decodable {
        struct Index: Decodable { let generation: String }
        let index: Index?
    }

    private func wait(for generation: String, at server: String) async throws {
        let client = CurlClient()
        for _ in 0..<300 {
            let response = try await client.send(
                CurlRequest(method: "GET", url: server + "/readyz", deadlineMilliseconds: 5_000))
            let readiness = try? JSONDecoder().decode(Readiness.self, from: Data(response.body))
            if let serving = readiness?.index?.generation, serving >= generation { return }
            try await Task.sleep(for: .milliseconds(100))
        }
        throw ValidationError("the server did not swap to the new index within 30 s")
    }
}
