import Foundation
import Postgres

/// What a doctor has of one vocabulary, in order.
struct DoctorItems: Codable, Sendable {
    let doctor_id: Int64
    let items: [String]
}

/// Where a doctor practises, in order.
struct DoctorPractices: Codable, Sendable {
    let doctor_id: Int64
    let practice_ids: [Int64]
    let practices: [Link]

    struct Link: Codable, Sendable {
        let practice_id: Int64
        let position: Int
        let shows_fees: Bool
        /// Seconds since 1970.
        let next_available: Double?
        let fees: [String: Int]
    }

    init(_ doctorID: Int64, _ practices: [ImportedPractice], practiceIDs: [String: Int64]) {
        doctor_id = doctorID
        self.practices = practices.enumerated().map { position, practice in
            guard let id = practiceIDs[practice.facts.external_id] else {
                preconditionFailure("every practice written has an id")
            }
            return Link(
                practice_id: id,
                position: position,
                shows_fees: practice.shows_fees,
                next_available: practice.next_available_at?.timeIntervalSince1970,
                fees: practice.fees
            )
        }
        practice_ids = self.practices.map(\.practice_id)
    }
}

/// Each link table is made to hold exactly what the rows say of their doctors: what is no longer said goes, the rest comes.
extension ImportStore {
    func writeSpecialties(_ rows: [DoctorItems]) async throws {
        try await deleteOthers(rows, from: "specialty")
        _ = try await connection.query("""
            INSERT INTO doctor_specialties AS s (doctor_id, specialty, position)
            SELECT r.doctor_id, item.slug, item.position - 1
            FROM jsonb_to_recordset(\(JSONValue(rows))) AS r (doctor_id bigint, items text[]),
                unnest(r.items) WITH ORDINALITY AS item (slug, position)
            ON CONFLICT (doctor_id, specialty) DO UPDATE SET position = excluded.position
            WHERE s.position <> excluded.position
            """)
    }

    /// - Parameter noun: the column; its table is `doctor_<noun>s`.
    func writeSet(_ rows: [DoctorItems], to noun: String) async throws {
        try await deleteOthers(rows, from: noun)
        _ = try await connection.query("""
            INSERT INTO doctor_\(unescaped: noun)s (doctor_id, \(unescaped: noun))
            SELECT r.doctor_id, item FROM jsonb_to_recordset(\(JSONValue(rows))) AS r (doctor_id bigint, items text[]), unnest(r.items) AS item
            ON CONFLICT DO NOTHING
            """)
    }

    private func deleteOthers(_ rows: [DoctorItems], from noun: String) async throws {
        let table = noun == "specialty" ? "doctor_specialties" : "doctor_\(noun)s"
        _ = try await connection.query("""
            DELETE FROM \(unescaped: table) AS link USING jsonb_to_recordset(\(JSONValue(rows))) AS r (doctor_id bigint, items text[])
            WHERE link.doctor_id = r.doctor_id AND link.\(unescaped: noun) <> ALL (r.items)
            """)
    }

    func writePractices(_ rows: [DoctorPractices]) async throws {
        _ = try await connection.query("""
            DELETE FROM doctor_practices AS link
            USING jsonb_to_recordset(\(JSONValue(rows))) AS r (doctor_id bigint, practice_ids bigint[])
            WHERE link.doctor_id = r.doctor_id AND link.practice_id <> ALL (r.practice_ids)
            """)
        _ = try await connection.query("""
            INSERT INTO doctor_practices AS link (doctor_id, practice_id, position, shows_fees, next_available_at)
            SELECT r.doctor_id, p.practice_id, p.position, p.shows_fees, to_timestamp(p.next_available)
            FROM jsonb_to_recordset(\(JSONValue(rows))) AS r (doctor_id bigint, practices jsonb),
                jsonb_to_recordset(r.practices) AS p (
                    practice_id bigint, position smallint, shows_fees boolean, next_available double precision)
            ON CONFLICT (doctor_id, practice_id) DO UPDATE SET
                (position, shows_fees, next_available_at)
                    = ROW (excluded.position, excluded.shows_fees, excluded.next_available_at)
            WHERE (link.position, link.shows_fees, link.next_available_at)
                IS DISTINCT FROM (excluded.position, excluded.shows_fees, excluded.next_available_at)
            """)
        try await writeFees(rows)
    }

    private func writeFees(_ rows: [DoctorPractices]) async throws {
        _ = try await connection.query("""
            DELETE FROM fees AS fee
            USING jsonb_to_recordset(\(JSONValue(rows))) AS r (doctor_id bigint, practices jsonb),
                jsonb_to_recordset(r.practices) AS p (practice_id bigint, fees jsonb)
            WHERE fee.doctor_id = r.doctor_id AND fee.practice_id = p.practice_id AND NOT p.fees ? fee.consultation_kind
            """)
        _ = try await connection.query("""
            INSERT INTO fees AS fee (doctor_id, practice_id, consultation_kind, amount_cents)
            SELECT r.doctor_id, p.practice_id, f.key, f.value::integer
            FROM jsonb_to_recordset(\(JSONValue(rows))) AS r (doctor_id bigint, practices jsonb),
                jsonb_to_recordset(r.practices) AS p (practice_id bigint, fees jsonb),
                jsonb_each_text(p.fees) AS f
            ON CONFLICT (doctor_id, practice_id, consultation_kind) DO UPDATE SET amount_cents = excluded.amount_cents
            WHERE fee.amount_cents <> excluded.amount_cents
            """)
    }
}
