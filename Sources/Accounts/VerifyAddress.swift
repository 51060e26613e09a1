import Audit
import Foundation
import Postgres
import Web

extension AccountsFeature {
    /// Answers the code sent to an address: it is the account's from now on.
    /// - Throws: `AccountRefusal.wrongCode`, `.tooMany`; `.emailTaken`, `.phoneTaken` where another account has it, which only
    ///   who reads that address's messages can learn.
    func verify(challenge: UUID, code: String, principal: Principal, client: Client) async throws {
        let now = now()
        let answered = try await answer(challenge, .verification, code: code, client: client, now: now)
        guard answered.accountID == principal.accountID else { throw AccountRefusal.wrongCode }
        do {
            try await pool.transaction { connection in
                guard try await challenges.use(challenge, now: now, on: connection) else { throw AccountRefusal.wrongCode }
                if let email = answered.email {
                    try await connection.query(
                        "UPDATE accounts SET email = \(email), email_verified_at = \(now) WHERE account_id = \(principal.accountID)")
                }
                if let phone = answered.phone {
                    try await connection.query(
                        "UPDATE accounts SET phone = \(phone), phone_verified_at = \(now) WHERE account_id = \(principal.accountID)")
                }
                try await AuditLog.append(client.entry(principal.accountID, "account.address-verified", account: principal.accountID), on: connection)
            }
        } catch let error as PostgresError where error.constraint == "accounts_email_once" {
            throw AccountRefusal.emailTaken
        } catch let error as PostgresError where error.constraint == "accounts_phone_once" {
            throw AccountRefusal.phoneTaken
        }
    }
}
