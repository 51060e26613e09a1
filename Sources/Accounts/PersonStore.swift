import Foundation
import Postgres

/// SQL of persons; seals and opens their sensitive fields.
struct PersonStore: Sendable {
    static let mostPersons = 20
    /// Of the guardian's declaration on the page and in the contract; raise it when the text changes.
    static let consentTextVersion = 1

    /// Nil where the server has no field keys: sensitive fields are then refused.
    let cipher: FieldCipher?

    /// What goes into the sealed columns of a row.
    private struct Sealed {
        var idNumber: [UInt8]?
        var idHash: [UInt8]?
        var membership: [UInt8]?
        var membershipHash: [UInt8]?
        var notes: [UInt8]?
        var keyVersion: Int32?
    }

    func list(_ account: UUID, on connection: some PostgresQuerying) async throws -> [Person] {
        try await connection.query("\(Self.select) WHERE account_id = \(account) ORDER BY is_self DESC, person_id").map { try person($0) }
    }

    func person(_ personID: UUID, of account: UUID, on connection: some PostgresQuerying) async throws -> Person? {
        try await connection.query("\(Self.select) WHERE account_id = \(account) AND person_id = \(personID)").first.map { try person($0) }
    }

    /// - Throws: `AccountRefusal.tooManyPersons`, `.fieldKeysMissing`.
    func addDependant(
        _ personID: UUID, _ details: PersonDetails, account: UUID, now: Date, on connection: PostgresConnection
    ) async throws {
        // One at a time for an account, so that the count holds.
        try await connection.query("SELECT FROM accounts WHERE account_id = \(account) FOR UPDATE")
        let count: Int64 = try await connection.query("SELECT count(*) AS count FROM persons WHERE account_id = \(account)")[0].decode("count")
        guard count < Self.mostPersons else { throw AccountRefusal.tooManyPersons }
        let sealed = try seal(details, of: personID)
        try await connection.query(
            """
            INSERT INTO persons (person_id, account_id, is_self, display_name, birth_date, language, scheme, places, consent_by, consent_at,
                consent_text_version, id_document, sealed_id_number, id_number_hash, sealed_membership_number, membership_number_hash,
                sealed_notes, key_version, created_at, updated_at)
            VALUES (\(personID), \(account), false, \(details.displayName), \(details.birthDate), \(details.language), \(details.scheme),
                \(details.places), \(account), \(now), \(Int32(Self.consentTextVersion)), \(details.idDocument), \(sealed.idNumber),
                \(sealed.idHash), \(sealed.membership), \(sealed.membershipHash), \(sealed.notes), \(sealed.keyVersion), \(now), \(now))
            """)
    }

    /// Replaces a person's details.
    /// - Parameter version: the one that was read, if the caller says; another one is refused.
    /// - Throws: `AccountRefusal.noSuchPerson`, `.changedMeanwhile`, `.fieldKeysMissing`.
    func update(
        _ personID: UUID, _ details: PersonDetails, of account: UUID, version: Int64?, now: Date, on connection: PostgresConnection
    ) async throws {
        let current = try await connection.query(
            "SELECT version FROM persons WHERE person_id = \(personID) AND account_id = \(account) FOR UPDATE")
        guard let row = current.first else { throw AccountRefusal.noSuchPerson }
        if let version, try row.decode("version", as: Int64.self) != version { throw AccountRefusal.changedMeanwhile }
        let sealed = try seal(details, of: personID)
        try await connection.query(
            """
            UPDATE persons SET display_name = \(details.displayName), birth_date = \(details.birthDate), language = \(details.language),
                scheme = \(details.scheme), places = \(details.places), id_document = \(details.idDocument),
                sealed_id_number = \(sealed.idNumber), id_number_hash = \(sealed.idHash),
                sealed_membership_number = \(sealed.membership), membership_number_hash = \(sealed.membershipHash),
                sealed_notes = \(sealed.notes), key_version = \(sealed.keyVersion), updated_at = \(now), version = version + 1
            WHERE person_id = \(personID)
            """)
    }

    /// Removes a dependant; the account's own person stays as long as the account.
    func removeDependant(_ personID: UUID, of account: UUID, on connection: some PostgresQuerying) async throws -> Bool {
        try await connection.query("DELETE FROM persons WHERE person_id = \(personID) AND account_id = \(account) AND NOT is_self").affectedRows == 1
    }

    /// Seals anew up to so many rows that an older key sealed.
    /// - Returns: how many there were.
    func rotate(limit: Int, on connection: PostgresConnection) async throws -> Int {
        guard let cipher else { throw AccountRefusal.fieldKeysMissing }
        let rows = try await connection.query(
            """
            \(Self.select) WHERE key_version < \(cipher.newestVersion) ORDER BY key_version, person_id
            LIMIT \(Int64(limit)) FOR UPDATE
            """)
        for row in rows {
            let person = try person(row)
            let sealed = try seal(person.details, of: person.personID)
            try await connection.query(
                """
                UPDATE persons SET sealed_id_number = \(sealed.idNumber), id_number_hash = \(sealed.idHash),
                    sealed_membership_number = \(sealed.membership), membership_number_hash = \(sealed.membershipHash),
                    sealed_notes = \(sealed.notes), key_version = \(sealed.keyVersion)
                WHERE person_id = \(person.personID)
                """)
        }
        return rows.count
    }

    /// Persons with an ID number, whichever key hashed it.
    func persons(withIDNumber number: String, on connection: some PostgresQuerying) async throws -> [UUID] {
        guard let cipher else { throw AccountRefusal.fieldKeysMissing }
        var found: [UUID] = []
        for hash in try cipher.hashes(number, purpose: "id-number") {
            found += try await connection.query("SELECT person_id FROM persons WHERE id_number_hash = \(hash)").map { try $0.decode("person_id") }
        }
        return found
    }

    private static let select: SQL = """
        SELECT person_id, is_self, display_name, birth_date, language, scheme, places, consent_at, id_document, sealed_id_number,
            sealed_membership_number, sealed_notes, version FROM persons
        """

    private func person(_ row: PostgresRow) throws -> Person {
        let personID: UUID = try row.decode("person_id")
        func opened(_ column: String) throws -> String? {
            guard let sealed: [UInt8] = try row.decode(column) else { return nil }
            guard let cipher else { throw AccountRefusal.fieldKeysMissing }
            return try cipher.open(sealed, at: .init(table: "persons", row: personID, column: column))
        }
        return Person(
            personID: personID, isSelf: try row.decode("is_self"),
            details: PersonDetails(
                displayName: try row.decode("display_name"), birthDate: try row.decode("birth_date"), language: try row.decode("language"),
                scheme: try row.decode("scheme"), places: try row.decode("places"), idDocument: try row.decode("id_document"),
                idNumber: try opened("sealed_id_number"), membershipNumber: try opened("sealed_membership_number"),
                notes: try opened("sealed_notes")),
            consentAt: try row.decode("consent_at"), version: try row.decode("version"))
    }

    private func seal(_ details: PersonDetails, of personID: UUID) throws -> Sealed {
        guard details.idNumber != nil || details.membershipNumber != nil || details.notes != nil else { return Sealed() }
        guard let cipher else { throw AccountRefusal.fieldKeysMissing }
        func sealed(_ text: String?, _ column: String) throws -> [UInt8]? {
            try text.map { try cipher.seal($0, at: .init(table: "persons", row: personID, column: column)) }
        }
        return Sealed(
            idNumber: try sealed(details.idNumber, "sealed_id_number"),
            idHash: try details.idNumber.map { try cipher.hash($0, purpose: "id-number") },
            membership: try sealed(details.membershipNumber, "sealed_membership_number"),
            membershipHash: try details.membershipNumber.map { try cipher.hash($0, purpose: "membership-number") },
            notes: try sealed(details.notes, "sealed_notes"), keyVersion: cipher.newestVersion)
    }
}
