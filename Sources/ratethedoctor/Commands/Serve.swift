import App
import ArgumentParser

struct Serve: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Serve the API and the pages until interrupted.",
        discussion: "Listens on RTD_HOST and RTD_PORT. The database must be migrated.")

    func run() async throws {
        let configuration = try Terminal.configuration()
        try await Server.run(configuration, logger: Terminal.logger(configuration.logLevel)) { address in
            print("RateTheDoctor is listening at \(address)")
        }
    }
}
