import Domain
import Foundation
import Postgres

extension DoctorsFeature {
    /// - Returns: `nil` for a doctor there is not, or who is not listed.
    public static func bookableDoctor(_ doctorID: Int64, on database: any PostgresQuerying) async throws -> BookableDoctor? {
        let rows = try await database.query(
            """
            SELECT d.display_name, d.verification_state = 'verified' AS is_verified, p.practice_id, p.name,
                concat_ws(', ', replace(p.address, E'\\n', ', '), p.suburb, p.city) AS address,
                ARRAY(SELECT f.consultation_kind FROM fees f WHERE f.doctor_id = d.doctor_id AND f.practice_id = p.practice_id ORDER BY 1) AS fee_kinds,
                ARRAY(SELECT f.amount_cents FROM fees f WHERE f.doctor_id = d.doctor_id AND f.practice_id = p.practice_id ORDER BY f.consultation_kind) AS fee_cents
            FROM doctors d
            LEFT JOIN doctor_practices at USING (doctor_id)
            LEFT JOIN practices p USING (practice_id)
            WHERE d.doctor_id = \(doctorID) AND d.verification_state NOT IN ('rejected', 'suspended')
            ORDER BY at.position
            """)
        guard let first = rows.first else { return nil }
        return BookableDoctor(
            name: try first.decode("display_name"), isVerified: try first.decode("is_verified"), practices: try rows.compactMap(BookableDoctor.Practice.init))
    }

    /// Where a doctor practises.
    public static func practices(ofDoctor doctorID: Int64, on database: any PostgresQuerying) async throws -> Set<Int64> {
        Set(try await database.query("SELECT practice_id FROM doctor_practices WHERE doctor_id = \(doctorID)").map { try $0.decode("practice_id") })
    }

    /// Says what is free, for search and profiles, in the transaction that changed it.
    public static func setAvailability(
        doctorID: Int64, practiceID: Int64, nextFreeAt: Date?, freeHalfDays: HalfDays, on connection: PostgresConnection
    ) async throws {
        let halfDays = Int64(bitPattern: freeHalfDays.bits)
        try await connection.query(
            """
            UPDATE doctor_practices SET next_available_at = \(nextFreeAt), free_half_days = \(halfDays)
            WHERE doctor_id = \(doctorID) AND practice_id = \(practiceID)
                AND (next_available_at, free_half_days) IS DISTINCT FROM (\(nextFreeAt), \(halfDays))
            """)
    }
}

extension BookableDoctor.Practice {
    /// `nil` in the row of a doctor without a practice.
    fileprivate init?(_ row: PostgresRow) throws {
        guard let id = try row.decode("practice_id", as: Int64?.self) else { return nil }
        let amounts = try row.decode("fee_cents", as: [Int32].self).map(Int.init)
        self.init(
            id: id, name: try row.decode("name", as: String?.self) ?? "Practice", address: try row.decode("address"),
            feesCents: Dictionary(uniqueKeysWithValues: zip(try row.decode("fee_kinds", as: [String].self), amounts)))
    }
}
