import Audit
import Domain
import Foundation
import Logging
import Postgres
import Web

/// What somebody gets who signed in with an app.
struct SignedIn: Sendable {
    let accountID: UUID
    let sessionID: UUID
    let accessToken: String
    let refreshToken: String
}

/// How far a sign-in came.
enum SignInOutcome: Sendable {
    /// With an app.
    case tokens(SignedIn)
    /// With a browser: the cookie's value.
    case cookie(SecretToken)
    /// A code of the authenticator app is needed too.
    case secondFactor(Challenge)
}

/// What kind of session is wanted.
enum SessionKind: Sendable { case app, browser }

extension AccountsFeature {
    /// By e-mail address and password. Costs the same whether or not anybody has the address.
    /// - Throws: `AccountRefusal.wrongPassword`, `.tooMany`.
    func signIn(email: EmailAddress, password: String, kind: SessionKind, client: Client) async throws -> SignInOutcome {
        let now = now()
        try await limits.count(.triesByClient, client.addressHash, now: now)
        try await limits.count(.passwordsOfEmail, email.text, now: now)
        let row = try await pool.query(
            """
            SELECT account_id, password_hash FROM accounts
            WHERE email = \(email.text) AND email_verified_at IS NOT NULL AND disabled_at IS NULL AND password_hash IS NOT NULL
            """).first
        let stored: String? = try row?.decode("password_hash")
        guard case .right(let upgraded) = try await hasher.check(password, against: stored), let account: UUID = try row?.decode("account_id") else {
            throw AccountRefusal.wrongPassword
        }
        if let upgraded {
            try await pool.query("UPDATE accounts SET password_hash = \(upgraded) WHERE account_id = \(account) AND password_hash = \(stored)")
        }
        return try await afterFirstFactor(account, kind: kind, client: client, now: now)
    }

    /// By a code that was sent. Who has no account yet gets one: the address is proven.
    /// - Throws: `AccountRefusal.wrongCode`, `.tooMany`.
    func signIn(challenge: UUID, code: String, kind: SessionKind, client: Client) async throws -> SignInOutcome {
        let now = now()
        let answered = try await answer(challenge, .signIn, code: code, client: client, now: now)
        let account = try await pool.transaction { connection in
            guard try await challenges.use(challenge, now: now, on: connection) else { throw AccountRefusal.wrongCode }
            return try await owner(of: answered, now: now, on: connection)
        }
        return try await afterFirstFactor(account, kind: kind, client: client, now: now)
    }

    /// By an ID token of an issuer we trust.
    /// - Throws: `AccountRefusal.wrongToken`, `.providerMissing`; 503 when the issuer's keys cannot be had.
    func signIn(idToken: String, kind: SessionKind, client: Client) async throws -> SignInOutcome {
        let now = now()
        guard let verifier else { throw AccountRefusal.providerMissing }
        try await limits.count(.triesByClient, client.addressHash, now: now)
        let identity: ExternalIdentity
        do {
            identity = try await verifier.verify(idToken, now: now)
        } catch let refusal as IDTokenRefusal {
            logger.info("an ID token was refused", metadata: ["reason": "\(refusal.rawValue)", "hb.request.id": "\(client.requestID)"])
            throw AccountRefusal.wrongToken
        }
        let account = try await pool.transaction { try await AccountStore.account(of: identity, now: now, on: $0) }
        return try await afterFirstFactor(account, kind: kind, client: client, now: now)
    }

    /// With a code of the authenticator app, or a recovery code, after another way of signing in asked for it.
    /// - Throws: `AccountRefusal.wrongCode`, `.tooMany`.
    func signIn(challenge: UUID, secondFactor code: String, kind: SessionKind, client: Client) async throws -> SignInOutcome {
        let now = now()
        try await limits.count(.triesByClient, client.addressHash, now: now)
        guard let (answered, _) = try await challenges.attempt(challenge, .secondFactor, now: now), let account = answered.accountID else {
            throw AccountRefusal.wrongCode
        }
        try await limits.count(.codesOfAccount, account.uuidString, now: now)
        return try await pool.transaction { connection in
            guard try await isSecondFactor(code, of: account, now: now, on: connection),
                try await challenges.use(challenge, now: now, on: connection)
            else { throw AccountRefusal.wrongCode }
            return try await start(account, kind: kind, client: client, now: now, on: connection)
        }
    }

    private func afterFirstFactor(_ account: UUID, kind: SessionKind, client: Client, now: Date) async throws -> SignInOutcome {
        try await pool.transaction { connection in
            let row = try await connection.query(
                """
                SELECT disabled_at IS NOT NULL AS is_disabled,
                    EXISTS (SELECT FROM authenticators t WHERE t.account_id = a.account_id AND confirmed_at IS NOT NULL) AS has_authenticator
                FROM accounts a WHERE account_id = \(account)
                """).first
            guard let row, try !row.decode("is_disabled", as: Bool.self) else { throw AccountRefusal.wrongCode }
            guard try row.decode("has_authenticator", as: Bool.self) else {
                return try await start(account, kind: kind, client: client, now: now, on: connection)
            }
            return .secondFactor(try await challenges.create(.secondFactor, account: account, code: nil, now: now, on: connection))
        }
    }

    func start(
        _ account: UUID, kind: SessionKind, client: Client, now: Date, on connection: PostgresConnection
    ) async throws -> SignInOutcome {
        // Locked against an operator who disables it just now.
        let account = try await connection.query("SELECT account_id FROM accounts WHERE account_id = \(account) AND disabled_at IS NULL FOR SHARE")
            .first?.decode("account_id", as: UUID.self)
        guard let account else { throw AccountRefusal.wrongCode }
        let secret = SecretToken.make()
        let session = try await sessions.create(
            account, cookieHash: kind == .browser ? secret.hash : nil, device: client.device, now: now, on: connection)
        try await AuditLog.append(client.entry(account, "session.started", account: account), on: connection)
        if kind == .browser { return .cookie(secret) }
        try await sessions.addRefreshToken(secret, of: session, now: now, on: connection)
        return .tokens(
            SignedIn(
                accountID: account, sessionID: session, accessToken: try accessTokens.sign(account: account, session: session, now: now),
                refreshToken: secret.text))
    }

    /// The account with the address that was proven, or a new one.
    private func owner(of answered: AnsweredChallenge, now: Date, on connection: PostgresConnection) async throws -> UUID {
        // Two codes for one new address, answered at once, must not make two accounts.
        try await connection.query("SELECT pg_advisory_xact_lock(hashtextextended(\(answered.email ?? answered.phone ?? ""), 0))")
        if let email = answered.email, let owner = try await AccountStore.owner(email: email, on: connection) { return owner }
        if let phone = answered.phone, let owner = try await AccountStore.owner(phone: phone, on: connection) { return owner }
        let account = UUID.timeOrdered(at: now)
        try await AccountStore.create(
            account, email: answered.email, isEmailVerified: answered.email != nil, phone: answered.phone, now: now, on: connection)
        return account
    }
}
