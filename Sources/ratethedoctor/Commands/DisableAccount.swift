import App
import ArgumentParser

struct DisableAccount: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Keep an account out.",
        discussion: "Ends all of its sign-ins; its bookings stand. Written to the audit log.")

    @Argument(help: "The e-mail address of the account.")
    var email: String

    func run() async throws {
        let configuration = try Terminal.configuration()
        try await Maintenance(configuration, logger: Terminal.logger(configuration.logLevel)).setDisabled(true, email: email)
        print("Disabled.")
    }
}
