import Domain
import Foundation
import Postgres

/// Reads what the public sees of doctors.
struct DoctorStore: Sendable {
    let database: any PostgresQuerying

    /// The profile of a listed doctor, or nil.
    func profile(doctorID: Int64) async throws -> DoctorProfile? {
        let rows = try await database.query("""
            SELECT d.*,
                ARRAY(SELECT v.slug FROM doctor_specialties s JOIN specialties v ON v.slug = s.specialty
                    WHERE s.doctor_id = d.doctor_id ORDER BY s.position) AS specialty_slugs,
                ARRAY(SELECT v.name FROM doctor_specialties s JOIN specialties v ON v.slug = s.specialty
                    WHERE s.doctor_id = d.doctor_id ORDER BY s.position) AS specialty_names,
                ARRAY(SELECT v.code FROM doctor_languages l JOIN languages v ON v.code = l.language
                    WHERE l.doctor_id = d.doctor_id ORDER BY v.name) AS language_codes,
                ARRAY(SELECT v.name FROM doctor_languages l JOIN languages v ON v.code = l.language
                    WHERE l.doctor_id = d.doctor_id ORDER BY v.name) AS language_names,
                ARRAY(SELECT v.slug FROM doctor_schemes m JOIN schemes v ON v.slug = m.scheme
                    WHERE m.doctor_id = d.doctor_id ORDER BY v.name, v.slug) AS scheme_slugs,
                ARRAY(SELECT v.name FROM doctor_schemes m JOIN schemes v ON v.slug = m.scheme
                    WHERE m.doctor_id = d.doctor_id ORDER BY v.name, v.slug) AS scheme_names
            FROM doctors d
            WHERE d.doctor_id = \(doctorID) AND d.verification_state NOT IN ('rejected', 'suspended')
            """)
        guard let row = rows.first else { return nil }
        return try DoctorProfile(row, practices: try await practices(doctorID: doctorID))
    }

    private func practices(doctorID: Int64) async throws -> [PracticeProfile] {
        try await database.query("""
            SELECT p.*, dp.shows_fees, dp.next_available_at,
                max(f.amount_cents) FILTER (WHERE f.consultation_kind = 'first_visit') AS first_visit_cents,
                max(f.amount_cents) FILTER (WHERE f.consultation_kind = 'follow_up') AS follow_up_cents,
                max(f.amount_cents) FILTER (WHERE f.consultation_kind = 'video') AS video_cents
            FROM doctor_practices dp
            JOIN practices p USING (practice_id)
            LEFT JOIN fees f USING (doctor_id, practice_id)
            WHERE dp.doctor_id = \(doctorID)
            GROUP BY p.practice_id, dp.doctor_id, dp.practice_id
            ORDER BY dp.position
            """).map(PracticeProfile.init)
    }

    /// All specialties by name.
    func specialties() async throws -> [DoctorProfile.Word] {
        try await words("SELECT slug, name FROM specialties ORDER BY name, slug")
    }

    /// All languages by name.
    func languages() async throws -> [DoctorProfile.Word] {
        try await words("SELECT code AS slug, name FROM languages ORDER BY name")
    }

    /// All medical schemes by name.
    func schemes() async throws -> [DoctorProfile.Word] {
        try await words("SELECT slug, name FROM schemes ORDER BY name, slug")
    }

    private func words(_ sql: SQL) async throws -> [DoctorProfile.Word] {
        try await database.query(sql).map { DoctorProfile.Word(slug: try $0.decode("slug"), name: try $0.decode("name")) }
    }
}

extension DoctorProfile {
    fileprivate init(_ row: PostgresRow, practices: [PracticeProfile]) throws {
        func words(_ keys: String, _ names: String) throws -> [Word] {
            zip(try row.decode(keys, as: [String].self), try row.decode(names, as: [String].self)).map(Word.init)
        }
        self.init(
            doctorID: try row.decode("doctor_id"),
            displayName: try row.decode("display_name"),
            title: try row.decode("title"),
            firstNames: try row.decode("first_names"),
            surname: try row.decode("surname"),
            gender: try row.decode("gender"),
            hpcsaNumber: try row.decode("hpcsa_number"),
            verificationState: try row.decode("verification_state"),
            biography: try row.decode("biography"),
            practisingSince: try row.decode("practising_since", as: Int32?.self).map(Int.init),
            offersTelehealth: try row.decode("telehealth"),
            rating: try row.decode("rating", as: Decimal?.self).map { NSDecimalNumber(decimal: $0).doubleValue },
            reviewCount: Int(try row.decode("review_count", as: Int32.self)),
            isSample: try row.decode("is_sample"),
            updatedAt: try row.decode("updated_at"),
            specialties: try words("specialty_slugs", "specialty_names"),
            subSpecialties: try row.decode("sub_specialties"),
            languages: try words("language_codes", "language_names"),
            schemes: try words("scheme_slugs", "scheme_names"),
            practices: practices
        )
    }
}

extension PracticeProfile {
    fileprivate init(_ row: PostgresRow) throws {
        func cents(_ column: String) throws -> Int? { try row.decode(column, as: Int32?.self).map(Int.init) }
        let latitude = try row.decode("latitude", as: Double?.self)
        let longitude = try row.decode("longitude", as: Double?.self)
        let fees = Fees(
            firstVisitCents: try cents("first_visit_cents"),
            followUpCents: try cents("follow_up_cents"),
            videoCents: try cents("video_cents")
        )
        self.init(
            practiceID: try row.decode("practice_id"),
            name: try row.decode("name"),
            address: try row.decode("address"),
            suburb: try row.decode("suburb"),
            city: try row.decode("city"),
            province: try row.decode("province"),
            postalCode: try row.decode("postal_code"),
            coordinate: latitude.flatMap { latitude in longitude.flatMap { Coordinate(latitude: latitude, longitude: $0) } },
            nextAvailableAt: try row.decode("next_available_at"),
            fees: try row.decode("shows_fees", as: Bool.self) ? fees : nil
        )
    }
}
