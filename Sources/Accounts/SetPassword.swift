import Audit
import Foundation
import Postgres
import Web

extension AccountsFeature {
    /// Sets a new password; every other sign-in ends.
    /// - Parameter current: needed where there is a password.
    /// - Throws: `AccountRefusal.currentPasswordWrong`, `.weakPassword`, `.tooMany`.
    func changePassword(current: String?, to password: String, principal: Principal, client: Client) async throws {
        let now = now()
        let row = try await pool.query("SELECT email, password_hash FROM accounts WHERE account_id = \(principal.accountID)").first
        let stored: String? = try row?.decode("password_hash")
        if let stored {
            try await limits.count(.codesOfAccount, principal.accountID.uuidString, now: now)
            guard case .right = try await hasher.check(current ?? "", against: stored) else { throw AccountRefusal.currentPasswordWrong }
        }
        let hash = try await acceptedHash(password, email: try row?.decode("email"))
        try await pool.transaction { connection in
            try await set(hash, of: principal.accountID, keeping: principal.sessionID, client: client, now: now, on: connection)
        }
    }

    /// Sets a new password by the code sent for it; every sign-in ends.
    /// - Throws: `AccountRefusal.wrongCode`, `.weakPassword`, `.tooMany`.
    func resetPassword(challenge: UUID, code: String, to password: String, client: Client) async throws {
        let now = now()
        // Checked first: a weak password must not use up the code.
        let hash = try await acceptedHash(password, email: nil)
        let answered = try await answer(challenge, .passwordReset, code: code.uppercased(), client: client, now: now)
        guard let account = answered.accountID else { throw AccountRefusal.wrongCode }
        try await pool.transaction { connection in
            guard try await challenges.use(challenge, now: now, on: connection) else { throw AccountRefusal.wrongCode }
            try await set(hash, of: account, keeping: nil, client: client, now: now, on: connection)
        }
    }

    private func acceptedHash(_ password: String, email: String?) async throws -> String {
        if let complaint = passwordRules.complaint(password, email: email) {
            throw AccountRefusal.weakPassword(code: complaint.code, detail: complaint.detail)
        }
        return try await hasher.hash(password)
    }

    private func set(
        _ hash: String, of account: UUID, keeping session: UUID?, client: Client, now: Date, on connection: PostgresConnection
    ) async throws {
        try await connection.query("UPDATE accounts SET password_hash = \(hash) WHERE account_id = \(account)")
        try await sessions.endAll(of: account, except: session, now: now, on: connection)
        try await AuditLog.append(client.entry(account, "account.password-set", account: account), on: connection)
    }
}
