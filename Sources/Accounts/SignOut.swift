import Audit
import Foundation
import Postgres
import Web

extension AccountsFeature {
    /// Ends one of the account's sign-ins. False where it has no such one.
    func signOut(session: UUID, principal: Principal, client: Client) async throws -> Bool {
        let now = now()
        return try await pool.transaction { connection in
            guard try await sessions.end(session, of: principal.accountID, now: now, on: connection) else { return false }
            try await AuditLog.append(client.entry(principal.accountID, "session.ended", account: principal.accountID), on: connection)
            return true
        }
    }

    /// Ends all of them, this one too.
    func signOutEverywhere(principal: Principal, client: Client) async throws {
        let now = now()
        try await pool.transaction { connection in
            try await sessions.endAll(of: principal.accountID, now: now, on: connection)
            try await AuditLog.append(client.entry(principal.accountID, "session.all-ended", account: principal.accountID), on: connection)
        }
    }
}
