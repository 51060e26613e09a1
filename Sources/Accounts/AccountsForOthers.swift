import Audit
import Foundation
import Postgres
import Web

/// For whom an account acts beside itself.
public struct ActsFor: Sendable, Equatable {
    /// Doctors who claimed their profile with this account.
    public let doctorIDs: Set<Int64>
    /// Practices where the account is staff.
    public let practiceIDs: Set<Int64>

    public init(doctorIDs: Set<Int64>, practiceIDs: Set<Int64>) {
        self.doctorIDs = doctorIDs
        self.practiceIDs = practiceIDs
    }
}

/// How somebody is reached; proven addresses only.
public struct Contact: Sendable, Equatable {
    public let email: String?
    /// E.164.
    public let phone: String?
    /// Code of the language of the account's own person.
    public let language: String?
    /// Of Firebase Cloud Messaging, one for each app that is signed in and asked for push messages.
    public let pushTokens: [String]
}

/// What other features ask of this one, filled in by the wiring.
extension AccountsFeature {
    public static func actsFor(_ principal: Principal, on database: any PostgresQuerying) async throws -> ActsFor {
        let rows = try await database.query(
            """
            SELECT doctor_id AS id, true AS is_doctor FROM doctor_accounts WHERE account_id = \(principal.accountID)
            UNION ALL SELECT practice_id, false FROM practice_staff WHERE account_id = \(principal.accountID)
            """)
        var (doctors, practices): (Set<Int64>, Set<Int64>) = ([], [])
        for row in rows {
            let id: Int64 = try row.decode("id")
            if try row.decode("is_doctor") { doctors.insert(id) } else { practices.insert(id) }
        }
        // A link without its role is one that was taken away.
        return ActsFor(
            doctorIDs: principal.roles.contains(.doctor) ? doctors : [], practiceIDs: principal.roles.contains(.staff) ? practices : [])
    }

    /// The roles that an account has now; none for one that is disabled or gone.
    public static func roles(of accountID: UUID, on database: any PostgresQuerying) async throws -> Set<Principal.Role> {
        let rows = try await database.query(
            "SELECT role FROM account_roles JOIN accounts USING (account_id) WHERE account_id = \(accountID) AND disabled_at IS NULL")
        return Set(try rows.compactMap { Principal.Role(rawValue: try $0.decode("role")) })
    }

    /// The person that is the account's owner.
    public func ownPerson(accountID: UUID) async throws -> UUID? {
        try await pool.query("SELECT person_id FROM persons WHERE account_id = \(accountID) AND is_self").first?.decode("person_id")
    }

    /// Nil for accounts that are gone or disabled.
    public func contact(accountID: UUID) async throws -> Contact? {
        let now = now()
        let row = try await pool.query(
            """
            SELECT CASE WHEN email_verified_at IS NOT NULL THEN email END AS email, phone, p.language,
                ARRAY(
                    SELECT token FROM push_tokens t JOIN sessions s USING (session_id)
                    WHERE s.account_id = a.account_id AND \(SessionStore.stands(now))) AS push_tokens
            FROM accounts a LEFT JOIN persons p ON p.account_id = a.account_id AND p.is_self
            WHERE a.account_id = \(accountID) AND disabled_at IS NULL
            """).first
        return try row.map {
            Contact(
                email: try $0.decode("email"), phone: try $0.decode("phone"), language: try $0.decode("language"),
                pushTokens: try $0.decode("push_tokens"))
        }
    }

    /// For a device that is no more.
    public func forgetPushToken(_ token: String) async throws { try await PushTokens.remove(token, on: pool) }

    /// Makes an account the one that acts for a doctor, with the role.
    /// - Parameter actor: who decides, for the audit log.
    public func linkDoctor(_ doctorID: Int64, to account: UUID, by actor: UUID?, requestID: String?, on connection: PostgresConnection) async throws {
        let now = now()
        try await connection.query(
            """
            INSERT INTO doctor_accounts (account_id, doctor_id, added_by, added_at) VALUES (\(account), \(doctorID), \(actor), \(now))
            ON CONFLICT DO NOTHING
            """)
        try await Operators.grant(.doctor, to: account, by: actor, requestID: requestID, now: now, on: connection)
        try await AuditLog.append(AuditEntry(actor: actor, action: "doctor.linked", subject: "doctor:\(doctorID)", requestID: requestID), on: connection)
    }

    /// Makes an account staff of a practice, with the role.
    public func addStaff(practiceID: Int64, account: UUID, by actor: UUID?, requestID: String?, on connection: PostgresConnection) async throws {
        let now = now()
        try await connection.query(
            """
            INSERT INTO practice_staff (account_id, practice_id, added_by, added_at) VALUES (\(account), \(practiceID), \(actor), \(now))
            ON CONFLICT DO NOTHING
            """)
        try await Operators.grant(.staff, to: account, by: actor, requestID: requestID, now: now, on: connection)
        try await AuditLog.append(AuditEntry(actor: actor, action: "staff.added", subject: "practice:\(practiceID)", requestID: requestID), on: connection)
    }
}

extension AccountsFeature {
    /// Whom an account books for: its owner first, then dependants; with a name, if one was given.
    public static func bookablePersons(accountID: UUID, on database: any PostgresQuerying) async throws -> [(id: UUID, name: String)] {
        try await database.query("SELECT person_id, display_name FROM persons WHERE account_id = \(accountID) ORDER BY is_self DESC, person_id").map {
            (try $0.decode("person_id"), try $0.decode("display_name", as: String?.self) ?? "No name given")
        }
    }

    /// What persons are called, for those who see them.
    public func names(of persons: [UUID]) async throws -> [UUID: String] {
        let rows = try await pool.query("SELECT person_id, display_name FROM persons WHERE person_id = ANY(\(persons)) AND display_name IS NOT NULL")
        return Dictionary(uniqueKeysWithValues: try rows.map { (try $0.decode("person_id"), try $0.decode("display_name")) })
    }
}
