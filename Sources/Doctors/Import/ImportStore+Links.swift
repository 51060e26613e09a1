import Foundation
import Postgres

/// What a doctor has of one vocabulary, in order.
struct DoctorItems: Codable, Sendable {
    let doctor_id: Int64
    let items: [String]
}

/// Where a doctor practises, in order.
struct DoctorPlaces: Codable, Sendable {
    let doctor_id: Int64
    let practice_ids: [Int64]
    let places: [Place]

    struct Place: Codable, Sendable {
        let practice_id: Int64
        let shows_fees: Bool
        /// Seconds since 1970.
        let next_available: Double?
    }
}

/// What a doctor charges at a practice: cents by kind of consultation.
struct DoctorFees: Codable, Sendable {
    let doctor_id: Int64
    let practice_id: Int64
    let fees: [String: Int]
}

/// Each link table is made to hold exactly what the rows say of their doctors: what is no longer said goes, the rest comes.
extension ImportStore {
    func writeSpecialties(_ rows: [DoctorItems]) async throws {
        try await connection.query("""
            WITH r AS MATERIALIZED (
                SELECT * FROM jsonb_to_recordset(\(JSONValue(rows))) AS r (doctor_id bigint, items text[])
            ), gone AS (
                DELETE FROM doctor_specialties s USING r WHERE s.doctor_id = r.doctor_id AND s.specialty <> ALL (r.items)
            )
            INSERT INTO doctor_specialties AS s (doctor_id, specialty, position)
            SELECT r.doctor_id, item.slug, item.position - 1 FROM r, unnest(r.items) WITH ORDINALITY AS item (slug, position)
            ON CONFLICT (doctor_id, specialty) DO UPDATE SET position = excluded.position
            WHERE s.position <> excluded.position
            """)
    }

    /// - Parameter noun: the column; its table is `doctor_<noun>s`.
    func writeSet(_ rows: [DoctorItems], to noun: String) async throws {
        try await connection.query("""
            WITH r AS MATERIALIZED (
                SELECT * FROM jsonb_to_recordset(\(JSONValue(rows))) AS r (doctor_id bigint, items text[])
            ), gone AS (
                DELETE FROM doctor_\(unescaped: noun)s link USING r
                WHERE link.doctor_id = r.doctor_id AND link.\(unescaped: noun) <> ALL (r.items)
            )
            INSERT INTO doctor_\(unescaped: noun)s (doctor_id, \(unescaped: noun))
            SELECT r.doctor_id, item FROM r, unnest(r.items) AS item
            ON CONFLICT DO NOTHING
            """)
    }

    func writePlaces(_ rows: [DoctorPlaces]) async throws {
        try await connection.query("""
            WITH r AS MATERIALIZED (
                SELECT * FROM jsonb_to_recordset(\(JSONValue(rows))) AS r (doctor_id bigint, practice_ids bigint[], places jsonb)
            ), gone AS (
                DELETE FROM doctor_practices dp USING r
                WHERE dp.doctor_id = r.doctor_id AND dp.practice_id <> ALL (r.practice_ids)
            )
            INSERT INTO doctor_practices AS dp (doctor_id, practice_id, position, shows_fees, next_available_at)
            SELECT r.doctor_id, p.practice_id, p.position - 1, p.shows_fees, to_timestamp(p.next_available)
            FROM r, ROWS FROM (
                jsonb_to_recordset(r.places) AS (practice_id bigint, shows_fees boolean, next_available double precision)
            ) WITH ORDINALITY AS p (practice_id, shows_fees, next_available, position)
            ON CONFLICT (doctor_id, practice_id) DO UPDATE SET
                (position, shows_fees, next_available_at)
                    = ROW (excluded.position, excluded.shows_fees, excluded.next_available_at)
            WHERE (dp.position, dp.shows_fees, dp.next_available_at)
                IS DISTINCT FROM (excluded.position, excluded.shows_fees, excluded.next_available_at)
            """)
    }

    /// - Parameter rows: one for every place written; fees of other places went with them.
    func writeFees(_ rows: [DoctorFees]) async throws {
        try await connection.query("""
            WITH r AS MATERIALIZED (
                SELECT * FROM jsonb_to_recordset(\(JSONValue(rows))) AS r (doctor_id bigint, practice_id bigint, fees jsonb)
            ), gone AS (
                DELETE FROM fees fee USING r
                WHERE fee.doctor_id = r.doctor_id AND fee.practice_id = r.practice_id AND NOT r.fees ? fee.consultation_kind
            )
            INSERT INTO fees AS fee (doctor_id, practice_id, consultation_kind, amount_cents)
            SELECT r.doctor_id, r.practice_id, f.key, f.value::integer FROM r, jsonb_each_text(r.fees) AS f
            ON CONFLICT (doctor_id, practice_id, consultation_kind) DO UPDATE SET amount_cents = excluded.amount_cents
            WHERE fee.amount_cents <> excluded.amount_cents
            """)
    }
}
