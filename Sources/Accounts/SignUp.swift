import Audit
import Domain
import Foundation
import Postgres
import Web

extension AccountsFeature {
    /// A new account with a claimed e-mail address and a password. Anybody may claim an address, also one that somebody has;
    /// it counts, and the password works for signing in, once the code sent to it was answered. So the answer never tells
    /// whether an address is known.
    /// - Throws: `AccountRefusal.weakPassword`, `.tooMany`.
    func signUp(email: EmailAddress, password: String, displayName: String?, kind: SessionKind, client: Client) async throws -> SignInOutcome {
        let now = now()
        if let complaint = passwordRules.complaint(password, email: email.text) {
            throw AccountRefusal.weakPassword(code: complaint.code, detail: complaint.detail)
        }
        try await limits.count(.signUpsByClient, client.addressHash, now: now)
        let hash = try await hasher.hash(password)
        let account = UUID.timeOrdered(at: now)
        let outcome = try await pool.transaction { connection in
            try await AccountStore.create(
                account, email: email.text, passwordHash: hash, displayName: displayName, now: now, on: connection)
            try await AuditLog.append(client.entry(account, "account.created", account: account), on: connection)
            return try await start(account, kind: kind, client: client, now: now, on: connection)
        }
        // The account is there; a limit on sends only means that the code must be asked for later.
        do { _ = try await sendVerificationCode(to: .email(email.text), account: account, client: client) } catch is AccountRefusal {}
        return outcome
    }
}
