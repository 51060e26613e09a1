import App
import ArgumentParser

struct GrantRole: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Give an account a role: patient, doctor, staff, administrator or support.",
        discussion: "The account must have confirmed the e-mail address. Written to the audit log.")

    @Argument(help: "The e-mail address of the account.")
    var email: String
    @Argument(help: "The role.")
    var role: String

    func run() async throws {
        let configuration = try Terminal.configuration()
        try await Maintenance(configuration, logger: Terminal.logger(configuration.logLevel)).grant(role: role, email: email)
        print("Granted.")
    }
}
