import Domain
import Foundation
import Postgres
import Web

/// An account as its owner may see it.
struct Account: Sendable {
    let accountID: UUID
    let email: String?
    let isEmailVerified: Bool
    let phone: String?
    let hasPassword: Bool
    let roles: [String]
    let hasAuthenticator: Bool
}

/// SQL of accounts, roles and external identities.
enum AccountStore {
    /// A new account that is a patient, with its own person.
    static func create(
        _ accountID: UUID, email: String? = nil, isEmailVerified: Bool = false, phone: String? = nil, passwordHash: String? = nil,
        displayName: String? = nil, now: Date, on connection: PostgresConnection
    ) async throws {
        try await connection.query(
            """
            INSERT INTO accounts (account_id, email, email_verified_at, phone, phone_verified_at, password_hash, created_at)
            VALUES (\(accountID), \(email), \(isEmailVerified ? now : nil), \(phone), \(phone == nil ? nil : now), \(passwordHash), \(now))
            """)
        try await connection.query("INSERT INTO account_roles (account_id, role, granted_at) VALUES (\(accountID), 'patient', \(now))")
        try await connection.query(
            """
            INSERT INTO persons (person_id, account_id, is_self, display_name, created_at, updated_at)
            VALUES (\(UUID.timeOrdered(at: now)), \(accountID), true, \(displayName), \(now), \(now))
            """)
    }

    /// The account that has proven an address.
    static func owner(email: String, on connection: some PostgresQuerying) async throws -> UUID? {
        try await connection.query("SELECT account_id FROM accounts WHERE email = \(email) AND email_verified_at IS NOT NULL").first?
            .decode("account_id")
    }

    static func owner(phone: String, on connection: some PostgresQuerying) async throws -> UUID? {
        try await connection.query("SELECT account_id FROM accounts WHERE phone = \(phone)").first?.decode("account_id")
    }

    static func account(_ accountID: UUID, on connection: some PostgresQuerying) async throws -> Account? {
        let rows = try await connection.query(
            """
            SELECT email, email_verified_at IS NOT NULL AS is_email_verified, phone, password_hash IS NOT NULL AS has_password,
                ARRAY(SELECT role FROM account_roles r WHERE r.account_id = a.account_id ORDER BY role) AS roles,
                EXISTS (SELECT FROM authenticators t WHERE t.account_id = a.account_id AND confirmed_at IS NOT NULL) AS has_authenticator
            FROM accounts a WHERE account_id = \(accountID)
            """)
        return try rows.first.map { row in
            Account(
                accountID: accountID, email: try row.decode("email"), isEmailVerified: try row.decode("is_email_verified"),
                phone: try row.decode("phone"), hasPassword: try row.decode("has_password"), roles: try row.decode("roles"),
                hasAuthenticator: try row.decode("has_authenticator"))
        }
    }

    /// The account an external identity belongs to; found by it, then by a proven address of it, or made.
    static func account(of identity: ExternalIdentity, now: Date, on connection: PostgresConnection) async throws -> UUID {
        // Two first sign-ins at once must not make two accounts.
        try await connection.query("SELECT pg_advisory_xact_lock(hashtextextended(\(identity.issuer + " " + identity.subject), 0))")
        let known = try await connection.query(
            "SELECT account_id FROM external_identities WHERE issuer = \(identity.issuer) AND subject = \(identity.subject)")
        if let accountID: UUID = try known.first?.decode("account_id") { return accountID }
        let accountID: UUID
        if let email = identity.email, let owner = try await owner(email: email, on: connection) {
            accountID = owner
        } else if let phone = identity.phone, let owner = try await owner(phone: phone, on: connection) {
            accountID = owner
        } else {
            accountID = .timeOrdered(at: now)
            try await create(
                accountID, email: identity.email, isEmailVerified: identity.email != nil, phone: identity.phone, now: now, on: connection)
        }
        try await connection.query(
            """
            INSERT INTO external_identities (issuer, subject, account_id, created_at)
            VALUES (\(identity.issuer), \(identity.subject), \(accountID), \(now))
            """)
        return accountID
    }
}
