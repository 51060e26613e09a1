import Audit
import Domain
import Foundation
import Postgres
import Web

/// What an operator does at the command line.
public struct Operators: Sendable {
    let pool: PostgresPool

    public init(pool: PostgresPool) { self.pool = pool }

    /// Why nothing was done.
    public enum Refusal: Error, CustomStringConvertible {
        case noSuchAccount, noSuchRole, hasNoSuchRole, isSo

        public var description: String {
            switch self {
            case .noSuchAccount: "no account has this e-mail address confirmed"
            case .hasNoSuchRole: "the account does not have this role"
            case .isSo: "the account is so already"
            case .noSuchRole: "a role is one of \(Principal.Role.allCases.map(\.rawValue).joined(separator: ", "))"
            }
        }
    }

    /// Gives the account with a proven e-mail address a role.
    /// - Throws: `Refusal`.
    public func grant(role name: String, email: String) async throws {
        guard let role = Principal.Role(rawValue: name) else { throw Refusal.noSuchRole }
        try await pool.transaction { connection in
            let account = try await Self.account(email, on: connection)
            try await Self.grant(role, to: account, by: nil, requestID: nil, now: Date(), on: connection)
        }
    }

    /// Takes a role away; from the next request on the account does not have it.
    /// - Throws: `Refusal`.
    public func revoke(role name: String, email: String) async throws {
        guard let role = Principal.Role(rawValue: name) else { throw Refusal.noSuchRole }
        try await pool.transaction { connection in
            let account = try await Self.account(email, on: connection)
            let removed = try await connection.query("DELETE FROM account_roles WHERE account_id = \(account) AND role = \(role.rawValue)")
            guard removed.affectedRows == 1 else { throw Refusal.hasNoSuchRole }
            try await Self.log("role.revoked-\(role.rawValue)", account, on: connection)
        }
    }

    /// Keeps an account out, from its next request on, or lets it in again. Its bookings stand; its sign-ins do not come back.
    /// - Throws: `Refusal`.
    public func setDisabled(_ isDisabled: Bool, email: String) async throws {
        try await pool.transaction { connection in
            let account = try await Self.account(email, on: connection)
            let now = Date()
            let changed = try await connection.query(
                """
                UPDATE accounts SET disabled_at = \(isDisabled ? now : nil) WHERE account_id = \(account) AND (disabled_at IS NULL) = \(isDisabled)
                """)
            guard changed.affectedRows == 1 else { throw Refusal.isSo }
            if isDisabled { try await SessionStore(pool: pool).endAll(of: account, now: now, on: connection) }
            try await Self.log(isDisabled ? "account.disabled" : "account.enabled", account, on: connection)
        }
    }

    private static func account(_ email: String, on connection: PostgresConnection) async throws -> UUID {
        guard let address = EmailAddress(email), let account = try await AccountStore.owner(email: address.text, on: connection) else {
            throw Refusal.noSuchAccount
        }
        return account
    }

    private static func log(_ action: String, _ account: UUID, on connection: PostgresConnection) async throws {
        try await AuditLog.append(AuditEntry(actor: nil, action: action, subject: "account:\(account.text)"), on: connection)
    }

    static func grant(
        _ role: Principal.Role, to account: UUID, by actor: UUID?, requestID: String?, now: Date, on connection: PostgresConnection
    ) async throws {
        let added = try await connection.query(
            """
            INSERT INTO account_roles (account_id, role, granted_at, granted_by) VALUES (\(account), \(role.rawValue), \(now), \(actor))
            ON CONFLICT DO NOTHING
            """)
        guard added.affectedRows == 1 else { return }
        try await AuditLog.append(
            AuditEntry(
                actor: actor, action: "role.granted-\(role.rawValue)", subject: "account:\(account.uuidString.lowercased())", requestID: requestID),
            on: connection)
    }

    /// Seals with the newest key whatever an older one sealed, in small transactions, beside running servers.
    /// - Returns: rows sealed anew.
    public func rotateFieldKeys(_ cipher: FieldCipher) async throws -> Int {
        let persons = PersonStore(cipher: cipher)
        var total = 0
        while true {
            let count = try await pool.transaction { try await persons.rotate(limit: 200, on: $0) }
            total += count
            if count == 0 { break }
        }
        return try await total + rotateAuthenticators(cipher)
    }

    private func rotateAuthenticators(_ cipher: FieldCipher) async throws -> Int {
        var (total, last) = (0, UUID(uuid: (0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0)))
        while true {
            let page = last
            let (count, next): (Int, UUID?) = try await pool.transaction { connection in
                let rows = try await connection.query(
                    "SELECT account_id, sealed_secret FROM authenticators WHERE account_id > \(page) ORDER BY account_id LIMIT 200 FOR UPDATE")
                for row in rows {
                    let account: UUID = try row.decode("account_id")
                    let secret = try cipher.openBytes(try row.decode("sealed_secret"), at: AccountsFeature.place(account))
                    let sealed = try cipher.seal(bytes: secret, at: AccountsFeature.place(account))
                    try await connection.query("UPDATE authenticators SET sealed_secret = \(sealed) WHERE account_id = \(account)")
                }
                return (rows.count, try rows.last?.decode("account_id"))
            }
            guard let next else { return total }
            total += count
            last = next
        }
    }
}
