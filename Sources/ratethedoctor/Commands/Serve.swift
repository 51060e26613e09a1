import App
import ArgumentParser
import Foundation

struct Serve: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Serve the API and the pages until interrupted.",
        discussion: "Listens on RTD_HOST and RTD_PORT. The database must be migrated.")

    func run() async throws {
        keepFreedMemory()
        let configuration = try Terminal.configuration()
        try await Server.run(configuration, logger: Terminal.logger(configuration.logLevel)) { address in
            // Written at once, also into a pipe, where print would wait for more.
            FileHandle.standardOutput.write(Data("RateTheDoctor is listening at \(address)\n".utf8))
        }
    }
}
