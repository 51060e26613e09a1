import App
import ArgumentParser

struct RevokeRole: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Take a role away from an account.",
        discussion: "Holds from its next request on. Written to the audit log.")

    @Argument(help: "The e-mail address of the account.")
    var email: String
    @Argument(help: "The role.")
    var role: String

    func run() async throws {
        let configuration = try Terminal.configuration()
        try await Maintenance(configuration, logger: Terminal.logger(configuration.logLevel)).revoke(role: role, email: email)
        print("Revoked.")
    }
}
