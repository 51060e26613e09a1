import App
import ArgumentParser

struct Migrate: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Bring the database's tables up to this version.",
        discussion: "Safe to run at any time, also by several servers at once.")

    @Flag(help: "Print the names of the applied migrations as JSON.")
    var json = false

    func run() async throws {
        let configuration = try Terminal.configuration()
        let applied = try await Maintenance(configuration, logger: Terminal.logger(configuration.logLevel)).migrate()
        if json { return try Terminal.printJSON(["applied": applied]) }
        print(applied.isEmpty ? "Nothing to migrate." : "Applied: " + applied.joined(separator: ", "))
    }
}
