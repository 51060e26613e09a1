import Audit
import Domain
import Foundation
import Postgres
import Web

extension AccountsFeature {
    /// Adds a dependant, with the guardian's consent on record: who, when, to which text.
    /// - Returns: the person's id.
    /// - Throws: `AccountRefusal.tooManyPersons`, `.fieldKeysMissing`.
    func addDependant(_ details: PersonDetails, principal: Principal, client: Client) async throws -> UUID {
        let now = now()
        let id = UUID.timeOrdered(at: now)
        try await pool.transaction { connection in
            try await persons.addDependant(id, details, account: principal.accountID, now: now, on: connection)
            try await AuditLog.append(client.entry(principal.accountID, "person.added", person: id), on: connection)
        }
        return id
    }

    /// Replaces what is known of a person; a dependant keeps a name and a birth date.
    /// - Throws: `AccountRefusal.noSuchPerson`, `.changedMeanwhile`, `.fieldKeysMissing`; 400 for a dependant without them.
    func update(_ id: UUID, _ details: PersonDetails, version: Int64?, principal: Principal) async throws {
        let now = now()
        try await pool.transaction { connection in
            guard let person = try await persons.person(id, of: principal.accountID, on: connection) else { throw AccountRefusal.noSuchPerson }
            let missing = [("display_name", details.displayName == nil), ("birth_date", details.birthDate == nil)].filter(\.1).map(\.0)
            guard person.isSelf || missing.isEmpty else {
                throw Problem.invalidRequest(missing.map { FieldError($0, code: "required", detail: "This is required.") })
            }
            try await persons.update(id, details, of: principal.accountID, version: version, now: now, on: connection)
        }
    }

    /// - Throws: `AccountRefusal.noSuchPerson`, also for the account's own person.
    func removeDependant(_ id: UUID, principal: Principal, client: Client) async throws {
        try await pool.transaction { connection in
            guard try await persons.removeDependant(id, of: principal.accountID, on: connection) else { throw AccountRefusal.noSuchPerson }
            try await AuditLog.append(client.entry(principal.accountID, "person.removed", person: id), on: connection)
        }
    }
}

extension Client {
    fileprivate func entry(_ actor: UUID, _ action: String, person: UUID) -> AuditEntry {
        AuditEntry(actor: actor, action: action, subject: "person:\(person.text)", requestID: requestID, addressHash: addressHash)
    }
}
