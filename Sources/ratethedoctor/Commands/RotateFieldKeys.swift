import App
import ArgumentParser

struct RotateFieldKeys: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Seal sensitive fields anew with the newest key of RTD_FIELD_KEYS.",
        discussion: "First give all servers the new key beside the old ones, then run this, then take the old ones away.")

    @Flag(help: "Print the outcome as JSON.")
    var json = false

    func run() async throws {
        let configuration = try Terminal.configuration()
        let count = try await Maintenance(configuration, logger: Terminal.logger(configuration.logLevel)).rotateFieldKeys()
        if json { try Terminal.printJSON(["sealed": count]) } else { print("Sealed anew: \(count).") }
    }
}
