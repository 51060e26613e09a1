import Domain
import Foundation
import Postgres

/// Writes what was verified into the profile that everybody sees. Call inside the transaction of the decision.
struct VerifiedProfile: Sendable {
    let connection: PostgresConnection

    /// Follows a case that is under way. A profile that is verified already stays so, whoever claims it, and a suspended one suspended.
    func follow(_ doctorID: Int64?, _ state: String) async throws {
        guard let doctorID else { return }
        try await connection.query(
            """
            UPDATE doctors SET verification_state = \(state)
            WHERE doctor_id = \(doctorID) AND verification_state NOT IN ('verified', 'rejected', 'suspended')
            """)
    }

    /// Makes the profile say what was verified.
    /// - Parameter doctorID: nil for a new one.
    /// - Returns: its id.
    /// - Throws: `.doctorNotListed`, `.numberTaken`.
    func write(_ facts: VerificationFacts, of verification: Verification) async throws -> Int64 {
        let doctorID = try await refusing { try await writeDoctor(facts, verification) }
        try await writeLinks(facts, doctorID)
        if let practice = facts.practice { try await add(practice, to: doctorID, verification) }
        return doctorID
    }

    private func writeDoctor(_ facts: VerificationFacts, _ verification: Verification) async throws -> Int64 {
        let rows =
            if let doctorID = verification.doctorID {
                try await connection.query(
                    """
                    UPDATE doctors SET display_name = \(facts.displayName), title = \(facts.title), first_names = \(facts.firstNames),
                        surname = \(facts.surname), hpcsa_number = \(facts.hpcsaNumber.text), verification_state = 'verified'
                    WHERE doctor_id = \(doctorID) AND verification_state NOT IN ('rejected', 'suspended') RETURNING doctor_id
                    """)
            } else {
                try await connection.query(
                    """
                    INSERT INTO doctors (external_id, display_name, title, first_names, surname, hpcsa_number, verification_state)
                    VALUES (\("verification:" + verification.id.text), \(facts.displayName), \(facts.title), \(facts.firstNames), \(facts.surname),
                        \(facts.hpcsaNumber.text), 'verified') RETURNING doctor_id
                    """)
            }
        guard let row = rows.first else { throw VerificationRefusal.doctorNotListed }
        return try row.decode("doctor_id")
    }

    private func writeLinks(_ facts: VerificationFacts, _ doctorID: Int64) async throws {
        try await connection.query("DELETE FROM doctor_specialties WHERE doctor_id = \(doctorID)")
        try await connection.query(
            """
            INSERT INTO doctor_specialties (doctor_id, specialty, position)
            SELECT \(doctorID), slug, position - 1 FROM unnest(\(facts.specialties)) WITH ORDINALITY AS named (slug, position)
            """)
        for (table, column, words) in [("doctor_languages", "language", facts.languages), ("doctor_schemes", "scheme", facts.schemes)] {
            try await connection.query(
                "DELETE FROM \(unescaped: table) WHERE doctor_id = \(doctorID) AND \(unescaped: column) <> ALL (\(words))")
            try await connection.query(
                "INSERT INTO \(unescaped: table) SELECT \(doctorID), unnest(\(words)) ON CONFLICT DO NOTHING")
        }
    }

    private func add(_ practice: VerificationFacts.Practice, to doctorID: Int64, _ verification: Verification) async throws {
        try await connection.query(
            """
            WITH added AS (
                INSERT INTO practices (external_id, name, address, suburb, city, province, postal_code, latitude, longitude)
                VALUES (\("verification:" + verification.id.text), \(practice.name), \(practice.address), \(practice.suburb), \(practice.city),
                    \(practice.province), \(practice.postalCode), \(practice.coordinate.latitude), \(practice.coordinate.longitude))
                RETURNING practice_id)
            INSERT INTO doctor_practices (doctor_id, practice_id, position)
            SELECT \(doctorID), practice_id, (SELECT coalesce(max(position) + 1, 0) FROM doctor_practices WHERE doctor_id = \(doctorID)) FROM added
            """)
    }

    private func refusing<Value>(_ write: () async throws -> Value) async throws -> Value {
        do {
            return try await write()
        } catch let error as PostgresError where error.constraint == "doctors_hpcsa_number_once" {
            throw VerificationRefusal.numberTaken
        }
    }
}
