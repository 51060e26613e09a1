import App
import ArgumentParser
import Foundation
import NIOCore

struct Serve: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Serve the API and the pages until interrupted.",
        discussion: "Listens on RTD_HOST and RTD_PORT. The database must be migrated.")

    func run() async throws {
        keepFreedMemory()
        // As many as the process may use, where NIO takes those of the machine: more threads than processors only take
        // turns, and a request waits for its turn.
        NIOSingletons.groupLoopCountSuggestion = ProcessInfo.processInfo.activeProcessorCount
        let configuration = try Terminal.configuration()
        try await Server.run(configuration, logger: Terminal.logger(configuration.logLevel)) { address in
            // Written at once, also into a pipe, where print would wait for more.
            FileHandle.standardOutput.write(Data("RateTheDoctor is listening at \(address)\n".utf8))
        }
    }
}
