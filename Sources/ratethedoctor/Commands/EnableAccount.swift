import App
import ArgumentParser

struct EnableAccount: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Let an account in again that was disabled.",
        discussion: "Its owner signs in anew. Written to the audit log.")

    @Argument(help: "The e-mail address of the account.")
    var email: String

    func run() async throws {
        let configuration = try Terminal.configuration()
        try await Maintenance(configuration, logger: Terminal.logger(configuration.logLevel)).setDisabled(false, email: email)
        print("Enabled.")
    }
}
