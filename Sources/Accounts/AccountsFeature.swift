import Audit
import CurlClient
import Crypto
import Foundation
import Hummingbird
import Logging
import Postgres
import ServiceLifecycle
import Web

/// Who somebody is and for whom they act: accounts, sign-ins, tokens, roles, persons. The front door of this feature.
public struct AccountsFeature: Sendable {
    /// What this feature asks of others.
    public struct Dependencies: Sendable {
        /// Sends a code. Called after the answer; an error is logged without the message.
        public var send: @Sendable (AccountMessage) async throws -> Void

        public init(send: @escaping @Sendable (AccountMessage) async throws -> Void) { self.send = send }
    }

    /// What an operator decides.
    public struct Settings: Sendable {
        /// The folder of `guessable-passwords.txt`.
        public var dataDirectory: String
        /// A sorted file of SHA-1 hashes of breached passwords; nil checks the small list alone.
        public var breachedPasswordsFile: String?
        /// Whose ID tokens sign in; nil offers no such way.
        public var issuer: IDTokenIssuer?
        /// Seals sensitive fields; nil refuses them.
        public var cipher: FieldCipher?
        /// Counts per client address; off for load tests, whose clients share one.
        public var limitsClients = true
        /// What a password costs to try: scrypt's rounds are 2 to this power.
        public var passwordLogRounds = 15

        public init(dataDirectory: String) { self.dataDirectory = dataDirectory }
    }

    let pool: PostgresPool
    let pages: PageRenderer
    let logger: Logger
    let now: @Sendable () -> Date
    let hasher: PasswordHasher
    let passwordRules: PasswordRules
    let accessTokens: AccessTokens
    let verifier: IDTokenVerifier?
    let limits: AttemptLimits
    let challenges: ChallengeStore
    let sessions: SessionStore
    let persons: PersonStore
    let messages: AccountMessages
    let formTokenKey: SymmetricKey

    var cipher: FieldCipher? { persons.cipher }

    /// - Parameters:
    ///   - secrets: the current ones, then former ones whose access tokens still hold.
    ///   - now: the clock that decides what has expired.
    /// - Throws: when a list of passwords cannot be read.
    public init(
        dependencies: Dependencies, settings: Settings, pool: PostgresPool, secrets: [WebSecrets], pages: PageRenderer, logger: Logger,
        now: @escaping @Sendable () -> Date = { Date() }
    ) throws {
        self.pool = pool
        self.pages = pages
        self.logger = logger
        self.now = now
        hasher = try PasswordHasher(cost: ScryptCost(logRounds: settings.passwordLogRounds))
        passwordRules = try PasswordRules(
            guessableFile: "\(settings.dataDirectory)/guessable-passwords.txt", breachedFile: settings.breachedPasswordsFile)
        accessTokens = AccessTokens(secrets)
        verifier = settings.issuer.map { IDTokenVerifier(issuer: $0, keys: SigningKeys(url: $0.keysURL, client: CurlClient(maximumConcurrentRequests: 2))) }
        limits = AttemptLimits(pool: pool, key: secrets[0].key("accounts/limits/v1"), limitsClients: settings.limitsClients)
        challenges = ChallengeStore(pool: pool, key: secrets[0].key("accounts/codes/v1"))
        sessions = SessionStore(pool: pool)
        persons = PersonStore(cipher: settings.cipher)
        messages = AccountMessages(send: dependencies.send, logger: logger)
        formTokenKey = secrets[0].key("accounts/form-tokens/v1")
    }

    /// In the order they are applied; the audit log's come first.
    public static var migrations: [Migration] { AccountsMigrations.all }

    /// To be registered with the renderer.
    public static var templates: [PageTemplate] { AccountPages.templates }

    /// Sends codes, and deletes what expired.
    public var services: [any Service] { [messages, DeleteExpiredJob(pool: pool, now: now, logger: logger)] }

    public func addRoutes(to router: Router<AppRequestContext>) {
        AccountRoutes(feature: self).add(to: router)
        SessionRoutes(feature: self).add(to: router)
        PersonRoutes(feature: self).add(to: router)
        AccountPages(feature: self).add(to: router)
    }
}
