import Accounts
import Logging
import Notifications
import Web

extension Configuration {
    /// What an operator decided about accounts.
    var accountSettings: AccountsFeature.Settings {
        var settings = AccountsFeature.Settings(dataDirectory: "\(dataDirectory)/Accounts")
        settings.breachedPasswordsFile = breachedPasswords
        settings.issuer = issuer
        settings.cipher = fieldKeys
        settings.limitsClients = limitsClients
        settings.passwordLogRounds = passwordCost
        return settings
    }

    /// The current secret, then the former one.
    func secrets(current: [UInt8]) -> [WebSecrets] { ([current] + (previousSecret.map { [$0] } ?? [])).map(WebSecrets.init(rootKey:)) }

    private var issuer: IDTokenIssuer? {
        if let firebaseProject { return IDTokenIssuer(firebaseProject: firebaseProject) }
        guard let idTokenIssuer, let idTokenAudience, let idTokenKeysURL else { return nil }
        return IDTokenIssuer(issuer: idTokenIssuer, audience: idTokenAudience, keysURL: idTokenKeysURL)
    }

    /// Limits of requests, or none for load tests.
    var rateLimits: RateLimits? {
        limitsClients
            ? RateLimits(sensitiveRoutes: [
                "POST /v1/accounts", "POST /v1/sessions", "POST /v1/tokens", "POST /v1/sign-in-codes", "POST /v1/password-resets",
                "POST /v1/password-resets/:id/confirmation", "POST /sign-in", "POST /sign-in/code", "POST /sign-in/authenticator",
                "POST /sign-in/password", "POST /sign-up", "POST /password-reset", "POST /password-reset/code",
            ]) : nil
    }

    /// Sends codes as other messages, or to the log of a developer: a code opens an account, so a log is no place for it.
    func codeSender(_ notifications: NotificationsFeature, _ logger: Logger) -> @Sendable (AccountMessage) async throws -> Void {
        guard codesToConsole else {
            return { message in
                try await notifications.sendAccountMessage(
                    to: AccountAddress(message.destination), purpose: AccountMessagePurpose(message.purpose), code: message.code)
            }
        }
        logger.warning("RTD_CODES_TO_CONSOLE is set: codes that open accounts are written to this log")
        return { message in
            logger.notice("code", metadata: ["purpose": "\(message.purpose.rawValue)", "code": "\(message.code)", "to": "\(message.destination.text)"])
        }
    }
}
