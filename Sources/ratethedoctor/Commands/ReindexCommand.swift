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
            """)

    @Option(help: "Wait for this server, for example http://127.0.0.1:8080.")
    var server: String?
    @Flag(help: "Print the outcome as JSON.")
    var json = false

    func run() async throws {
        let configuration = try Terminal.configuration()
        let report = try await Maintenance(configuration, logger: Terminal.logger(configuration.logLevel)).reindex {
            Terminal.progress("\($0) of \($1) doctors")
        }
        Terminal.endProgress()
        if let server { try await wait(for: report.generation, at: server) }
        if json { return try Terminal.printJSON(report) }
        print("Generation \(report.generation): \(report.documents) documents, \(report.bytes) bytes in \(report.path)")
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
