import Foundation
import Postgres

/// Writes checked doctors with all that belongs to them, one set-based statement per table.
/// Rows that are as they should be are left alone, so that nothing is announced as changed. Call inside one transaction.
struct ImportStore: Sendable {
    let connection: PostgresConnection

    /// - Parameter doctors: with different external ids.
    /// - Returns: how many of them are new or changed.
    func write(_ doctors: [ImportedDoctor]) async throws -> Int {
        // Plans are kept between batches, and one made while the tables were small would scan them when they are large.
        try await connection.query("SET LOCAL enable_seqscan = off")
        // A batch is long for a request: another import's batch is waited for, not failed on.
        try await connection.query("SET LOCAL lock_timeout = '2min'")
        try await connection.query("SET LOCAL statement_timeout = '2min'")
        let managed = try await managed(doctors.map(\.facts.external_id))
        let doctors = doctors.filter { !managed.contains($0.facts.external_id) }
        try await addTerms(doctors.flatMap(\.schemes), to: "schemes")
        try await upsertDoctors(doctors.map(\.facts))
        try await upsertPractices(doctors.flatMap(\.practices).map(\.facts))
        let doctorIDs = try await ids(of: doctors.map(\.facts.external_id), in: "doctor")
        let practiceIDs = try await ids(of: doctors.flatMap(\.practices).map(\.facts.external_id), in: "practice")
        let rows = doctors.map { (id: Self.id($0.facts.external_id, in: doctorIDs), doctor: $0) }
        try await writeSpecialties(rows.map { DoctorItems(doctor_id: $0.id, items: $0.doctor.specialties.map(\.slug)) })
        try await writeSet(rows.map { DoctorItems(doctor_id: $0.id, items: $0.doctor.languages) }, to: "language")
        try await writeSet(rows.map { DoctorItems(doctor_id: $0.id, items: $0.doctor.schemes.map(\.slug)) }, to: "scheme")
        try await writePlaces(rows.map { row in
            let ids = row.doctor.practices.map { Self.id($0.facts.external_id, in: practiceIDs) }
            let places = zip(ids, row.doctor.practices).map { id, practice in
                DoctorPlaces.Place(
                    practice_id: id, shows_fees: practice.shows_fees,
                    next_available: practice.next_available_at?.timeIntervalSince1970)
            }
            return DoctorPlaces(doctor_id: row.id, practice_ids: ids, places: places)
        })
        try await writeFees(rows.flatMap { row in
            row.doctor.practices.map { practice in
                DoctorFees(
                    doctor_id: row.id, practice_id: Self.id(practice.facts.external_id, in: practiceIDs), fees: practice.fees)
            }
        })
        return try await changedCount(of: rows.map(\.id))
    }

    /// Doctors who were verified by their account say themselves who they are, and what they say is reviewed: a file does not change them.
    private func managed(_ externalIDs: [String]) async throws -> Set<String> {
        let result = try await connection.query(
            """
            SELECT d.external_id FROM doctors d JOIN doctor_verifications v USING (doctor_id)
            WHERE d.external_id = ANY (\(externalIDs)) AND v.state IN ('verified', 'expired')
            """)
        return Set(try result.map { try $0.decode("external_id", as: String.self) })
    }

    private func addTerms(_ terms: [VocabularyTerm], to table: String) async throws {
        guard !terms.isEmpty else { return }
        let unique = Set(terms).sorted { ($0.slug, $0.name) < ($1.slug, $1.name) }
        try await connection.query("""
            INSERT INTO \(unescaped: table) (slug, name)
            SELECT DISTINCT ON (r.slug) r.slug, r.name FROM jsonb_to_recordset(\(JSONValue(unique))) AS r (slug text, name text)
            WHERE NOT EXISTS (SELECT FROM \(unescaped: table) AS known WHERE known.slug = r.slug)
            ON CONFLICT DO NOTHING
            """)
    }

    /// A suspension is ours and outlives an import; everything else is as the file says.
    private func upsertDoctors(_ rows: [ImportedDoctor.Facts]) async throws {
        let columns = [
            "display_name", "title", "first_names", "surname", "gender", "hpcsa_number", "biography", "sub_specialties",
            "practising_since", "telehealth", "rating", "review_count", "is_sample",
        ]
        try await connection.query("""
            INSERT INTO doctors AS d (external_id, verification_state, \(unescaped: Self.list(columns)))
            SELECT r.external_id, r.verification_state, \(unescaped: Self.list(columns, of: "r"))
            FROM jsonb_to_recordset(\(JSONValue(rows))) AS r (
                external_id text, verification_state text, display_name text, title text, first_names text, surname text,
                gender text, hpcsa_number text, biography text, sub_specialties text[], practising_since integer,
                telehealth boolean, rating numeric, review_count integer, is_sample boolean)
            ORDER BY r.external_id
            ON CONFLICT (external_id) DO UPDATE SET
                (\(unescaped: Self.list(columns))) = ROW (\(unescaped: Self.list(columns, of: "excluded"))),
                verification_state = CASE d.verification_state
                    WHEN 'suspended' THEN 'suspended' ELSE excluded.verification_state END
            WHERE (\(unescaped: Self.list(columns, of: "d"))) IS DISTINCT FROM (\(unescaped: Self.list(columns, of: "excluded")))
                OR d.verification_state NOT IN ('suspended', excluded.verification_state)
            """)
    }

    /// Of several descriptions of one practice the last one stands.
    private func upsertPractices(_ rows: [ImportedPractice.Facts]) async throws {
        let unique = Dictionary(rows.map { ($0.external_id, $0) }) { _, last in last }
        let columns = ["name", "address", "suburb", "city", "province", "postal_code", "latitude", "longitude"]
        try await connection.query("""
            INSERT INTO practices AS p (external_id, \(unescaped: Self.list(columns)))
            SELECT r.external_id, \(unescaped: Self.list(columns, of: "r"))
            FROM jsonb_to_recordset(\(JSONValue(Array(unique.values)))) AS r (
                external_id text, name text, address text, suburb text, city text, province text, postal_code text,
                latitude double precision, longitude double precision)
            ORDER BY r.external_id
            ON CONFLICT (external_id) DO UPDATE SET
                (\(unescaped: Self.list(columns))) = ROW (\(unescaped: Self.list(columns, of: "excluded")))
            WHERE (\(unescaped: Self.list(columns, of: "p"))) IS DISTINCT FROM (\(unescaped: Self.list(columns, of: "excluded")))
            """)
    }

    private func ids(of externalIDs: [String], in noun: String) async throws -> [String: Int64] {
        let result = try await connection.query("""
            SELECT external_id, \(unescaped: noun)_id AS id FROM \(unescaped: noun)s WHERE external_id = ANY (\(externalIDs))
            """)
        return Dictionary(uniqueKeysWithValues: try result.map { row in
            (try row.decode("external_id", as: String.self), try row.decode("id", as: Int64.self))
        })
    }

    private static func id(_ externalID: String, in ids: [String: Int64]) -> Int64 {
        guard let id = ids[externalID] else { preconditionFailure("what was just written has an id") }
        return id
    }

    private func changedCount(of doctorIDs: [Int64]) async throws -> Int {
        let result = try await connection.query("""
            SELECT count(DISTINCT doctor_id) AS changed FROM doctor_changes
            WHERE tx = pg_current_xact_id() AND doctor_id = ANY (\(doctorIDs))
            """)
        return try result[0].decode("changed", as: Int.self)
    }

    private static func list(_ columns: [String], of table: String? = nil) -> String {
        columns.map { column in table.map { "\($0).\(column)" } ?? column }.joined(separator: ", ")
    }
}
