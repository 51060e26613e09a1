import Audit
import Crypto
import Foundation
import Postgres
import Web

/// The authenticator app of an account, optional: a second factor beside every way of signing in.
extension AccountsFeature {
    /// Begins the set-up: a new secret that counts once a code of it was shown. Begun again, the former secret is gone.
    /// - Returns: the secret in base 32, as apps take it, and its `otpauth` address.
    /// - Throws: `AccountRefusal.fieldKeysMissing`, `.authenticatorThere`.
    func beginAuthenticator(principal: Principal) async throws -> (secret: String, address: String) {
        guard let cipher else { throw AccountRefusal.fieldKeysMissing }
        let secret = (0..<20).map { _ in UInt8.random(in: .min ... .max) }
        let sealed = try cipher.seal(bytes: secret, at: Self.place(principal.accountID))
        let begun = try await pool.query(
            """
            INSERT INTO authenticators (account_id, sealed_secret) VALUES (\(principal.accountID), \(sealed))
            ON CONFLICT (account_id) DO UPDATE SET sealed_secret = excluded.sealed_secret, last_step = 0 WHERE authenticators.confirmed_at IS NULL
            RETURNING account_id
            """)
        if begun.isEmpty { throw AccountRefusal.authenticatorThere }
        return (TOTP.base32(secret), TOTP.address(secret: secret, account: "account"))
    }

    /// Ends the set-up with a code of the app.
    /// - Returns: recovery codes, shown once; each replaces the app once.
    /// - Throws: `AccountRefusal.wrongCode`, `.authenticatorMissing`, `.tooMany`.
    func confirmAuthenticator(code: String, principal: Principal, client: Client) async throws -> [String] {
        let now = now()
        let account = principal.accountID
        try await limits.count(.codesOfAccount, account.uuidString, now: now)
        return try await pool.transaction { connection in
            guard try await takeStep(code, of: account, confirmed: false, now: now, on: connection) else { throw AccountRefusal.wrongCode }
            try await connection.query("UPDATE authenticators SET confirmed_at = \(now) WHERE account_id = \(account)")
            try await connection.query("DELETE FROM recovery_codes WHERE account_id = \(account)")
            let codes = (0..<10).map { _ in Self.recoveryCode() }
            for code in codes {
                try await connection.query("INSERT INTO recovery_codes (account_id, code_hash) VALUES (\(account), \(recoveryHash(code)))")
            }
            try await AuditLog.append(client.entry(account, "authenticator.added", account: account), on: connection)
            return codes
        }
    }

    /// Removes the app, with a code of it or a recovery code.
    func removeAuthenticator(code: String, principal: Principal, client: Client) async throws {
        let now = now()
        let account = principal.accountID
        try await limits.count(.codesOfAccount, account.uuidString, now: now)
        try await pool.transaction { connection in
            guard try await isSecondFactor(code, of: account, now: now, on: connection) else { throw AccountRefusal.wrongCode }
            try await connection.query("DELETE FROM authenticators WHERE account_id = \(account)")
            try await AuditLog.append(client.entry(account, "authenticator.removed", account: account), on: connection)
        }
    }

    /// Whether a code is the app's, now and for the first time, or an unused recovery code, which it uses up.
    func isSecondFactor(_ code: String, of account: UUID, now: Date, on connection: PostgresConnection) async throws -> Bool {
        if try await takeStep(code, of: account, confirmed: true, now: now, on: connection) { return true }
        return try await connection.query(
            "UPDATE recovery_codes SET used_at = \(now) WHERE account_id = \(account) AND code_hash = \(recoveryHash(code)) AND used_at IS NULL"
        ).affectedRows == 1
    }

    private func takeStep(_ code: String, of account: UUID, confirmed: Bool, now: Date, on connection: PostgresConnection) async throws -> Bool {
        guard let cipher else { throw AccountRefusal.fieldKeysMissing }
        let row = try await connection.query(
            """
            SELECT sealed_secret, last_step FROM authenticators
            WHERE account_id = \(account) AND (confirmed_at IS NOT NULL) = \(confirmed) FOR UPDATE
            """).first
        guard let row else { throw AccountRefusal.authenticatorMissing }
        let secret = try cipher.openBytes(try row.decode("sealed_secret"), at: Self.place(account))
        guard let step = TOTP.acceptedStep(code, secret: secret, after: try row.decode("last_step"), now: now) else { return false }
        try await connection.query("UPDATE authenticators SET last_step = \(step) WHERE account_id = \(account)")
        return true
    }

    static func place(_ account: UUID) -> FieldCipher.Place { .init(table: "authenticators", row: account, column: "sealed_secret") }

    /// 50 bits.
    private static func recoveryCode() -> String {
        let alphabet = Array("23456789abcdefghjkmnpqrstuvwxyz")
        return (0..<2).map { _ in String((0..<5).map { _ in alphabet[.random(in: alphabet.indices)] }) }.joined(separator: "-")
    }

    private func recoveryHash(_ code: String) -> [UInt8] {
        Array(HMAC<SHA256>.authenticationCode(for: Array("recovery \(code.lowercased())".utf8), using: challenges.key))
    }
}
