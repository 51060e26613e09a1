import Postgres
import Testing

@Suite("Doctors: constraints", .enabled(if: TestDatabase.isAvailable, TestDatabase.hint), .timeLimit(.minutes(15)))
struct DoctorsConstraintTests {
    @Test("Every broken rule is refused by the constraint that is named for it") func refusals() async throws {
        try await DoctorsDatabase.with { database in
            let first = try await database.addDoctor("a")
            _ = try await database.addDoctor("b")
            try await database.pool.query("UPDATE doctors SET hpcsa_number = 'MP0000001' WHERE doctor_id = \(first)")
            for (statement, constraint) in Self.broken {
                let error = await #expect(throws: PostgresError.self, Comment(rawValue: statement)) {
                    try await database.pool.query(SQL(unescaped: statement))
                }
                #expect(error?.constraint == constraint, Comment(rawValue: statement))
            }
        }
    }

    @Test("What is at the edge of a rule is accepted") func edges() async throws {
        try await DoctorsDatabase.with { database in
            _ = try await database.addDoctor("a")
            for statement in Self.accepted { try await database.pool.query(SQL(unescaped: statement)) }
        }
    }

    @Test("Two transactions that give one HPCSA number to two doctors: one wins") func concurrentNumber() async throws {
        try await DoctorsDatabase.with { database in
            let ids = [try await database.addDoctor("a"), try await database.addDoctor("b")]
            let wins = await withTaskGroup(of: Bool.self) { group in
                for id in ids {
                    group.addTask {
                        (try? await database.pool.query("UPDATE doctors SET hpcsa_number = 'MP0000009' WHERE doctor_id = \(id)")) != nil
                    }
                }
                return await group.reduce(0) { $0 + ($1 ? 1 : 0) }
            }
            #expect(wins == 1)
        }
    }

    @Test("A change raises the version and dates the row, an update that changes nothing does not") func versions() async throws {
        try await DoctorsDatabase.with { database in
            _ = try await database.addDoctor("a")
            func version() async throws -> Int32 { try await database.pool.query("SELECT version FROM doctors")[0].decode("version") }
            try await database.pool.query("UPDATE doctors SET display_name = 'Dr A'")
            #expect(try await version() == 1)
            try await database.pool.query("UPDATE doctors SET display_name = 'Dr B'")
            #expect(try await version() == 2)
            let isDated = try await database.pool.query("SELECT updated_at > created_at AS later FROM doctors")
            #expect(try isDated[0].decode("later"))
        }
    }

    private static func doctors(_ change: String) -> String { "UPDATE doctors SET \(change) WHERE external_id = 'b'" }
    private static func practices(_ change: String) -> String { "UPDATE practices SET \(change) WHERE external_id = 'p-b'" }

    private static let broken: [(statement: String, constraint: String)] = [
        (doctors("external_id = 'a'"), "doctors_external_id_once"),
        (doctors("external_id = ' x'"), "doctors_external_id_form"),
        (doctors("display_name = ''"), "doctors_display_name_form"),
        (doctors("display_name = E'\\u00a0'"), "doctors_display_name_form"),
        (doctors("display_name = E'A\\nB'"), "doctors_display_name_form"),
        (doctors("display_name = E'A\\u202eB'"), "doctors_display_name_form"),
        (doctors("display_name = repeat('x', 201)"), "doctors_display_name_form"),
        (doctors("title = E'\\u0007'"), "doctors_title_form"),
        (doctors("first_names = repeat('x', 121)"), "doctors_first_names_form"),
        (doctors("surname = ' '"), "doctors_surname_form"),
        (doctors("gender = 'F'"), "doctors_gender_known"),
        (doctors("hpcsa_number = 'MP0000001'"), "doctors_hpcsa_number_once"),
        (doctors("hpcsa_number = 'mp0000001'"), "doctors_hpcsa_number_form"),
        (doctors("hpcsa_number = 'MP000001'"), "doctors_hpcsa_number_form"),
        (doctors("hpcsa_number = E'MP0000002\\n'"), "doctors_hpcsa_number_form"),
        (doctors("verification_state = 'done'"), "doctors_verification_state_known"),
        (doctors("verification_state = 'verified'"), "doctors_verified_has_hpcsa_number"),
        (doctors("biography = repeat('x', 10001)"), "doctors_biography_form"),
        (doctors("biography = E'a\\tb'"), "doctors_biography_form"),
        (doctors("sub_specialties = '{a,a}'"), "doctors_sub_specialties_form"),
        (doctors("sub_specialties = '{NULL}'"), "doctors_sub_specialties_form"),
        (doctors("sub_specialties = '{\"\"}'"), "doctors_sub_specialties_form"),
        (doctors("sub_specialties = array(SELECT n::text FROM generate_series(1, 21) n)"), "doctors_sub_specialties_form"),
        (doctors("practising_since = 1929"), "doctors_practising_since_range"),
        (doctors("practising_since = 2101"), "doctors_practising_since_range"),
        (doctors("rating = 0.99, review_count = 1"), "doctors_rating_range"),
        (doctors("rating = 5.01, review_count = 1"), "doctors_rating_range"),
        (doctors("rating = 'NaN', review_count = 1"), "doctors_rating_range"),
        (doctors("rating = 4.123, review_count = 1"), "doctors_rating_range"),
        (doctors("review_count = -1, rating = 4"), "doctors_review_count_range"),
        (doctors("rating = 4"), "doctors_rating_has_reviews"),
        (doctors("review_count = 4"), "doctors_rating_has_reviews"),
        (practices("external_id = 'p-a'"), "practices_external_id_once"),
        (practices("external_id = ''"), "practices_external_id_form"),
        (practices("name = ''"), "practices_name_form"),
        (practices("address = E'a\\rb'"), "practices_address_form"),
        (practices("suburb = ' x'"), "practices_suburb_form"),
        (practices("city = 'x '"), "practices_city_form"),
        (practices("province = 'Natal'"), "practices_province_known"),
        (practices("postal_code = '123'"), "practices_postal_code_form"),
        (practices("latitude = 90.1, longitude = 1"), "practices_latitude_range"),
        (practices("latitude = 'NaN', longitude = 1"), "practices_latitude_range"),
        (practices("latitude = 1, longitude = -180.1"), "practices_longitude_range"),
        (practices("latitude = 1, longitude = 'NaN'"), "practices_longitude_range"),
        (practices("latitude = 1, longitude = 'Infinity'"), "practices_longitude_range"),
        (practices("latitude = 1"), "practices_latitude_with_longitude"),
        ("UPDATE fees SET amount_cents = -1", "fees_amount_cents_range"),
        ("UPDATE fees SET amount_cents = 10000001", "fees_amount_cents_range"),
        ("UPDATE fees SET currency = 'USD'", "fees_currency_known"),
        ("UPDATE fees SET consultation_kind = 'visit'", "fees_consultation_kind_known"),
        ("INSERT INTO fees SELECT doctor_id, practice_id, 'first_visit', 1 FROM fees", "fees_once"),
        ("INSERT INTO fees SELECT doctor_id, practice_id + 100, 'video', 1 FROM fees", "fees_doctor_practice"),
        ("INSERT INTO doctor_practices SELECT doctor_id, practice_id, 1 FROM doctor_practices", "doctor_practices_once"),
        ("INSERT INTO doctor_practices SELECT doctor_id, 100, 1 FROM doctors", "doctor_practices_practice"),
        ("INSERT INTO doctor_practices VALUES (99, 1, 0)", "doctor_practices_doctor"),
        ("UPDATE doctor_practices SET position = 20", "doctor_practices_position_range"),
        ("UPDATE doctor_practices SET next_available_at = 'infinity'", "doctor_practices_next_available_at_range"),
        ("INSERT INTO doctor_practices SELECT doctor_id, 3 - practice_id, 0 FROM doctor_practices", "doctor_practices_position_once"),
        ("INSERT INTO doctor_specialties SELECT doctor_id, 'skin', 0 FROM doctors", "doctor_specialties_position_once"),
        ("INSERT INTO doctor_specialties SELECT doctor_id, 'gp', 1 FROM doctors", "doctor_specialties_once"),
        ("UPDATE doctor_specialties SET position = -1", "doctor_specialties_position_range"),
        ("UPDATE doctor_specialties SET position = 1", "doctor_specialties_has_primary"),
        ("UPDATE doctor_specialties SET specialty = 'none'", "doctor_specialties_specialty"),
        ("INSERT INTO doctor_specialties VALUES (99, 'gp', 0)", "doctor_specialties_doctor"),
        ("DELETE FROM specialties", "doctor_specialties_specialty"),
        ("INSERT INTO doctor_languages SELECT * FROM doctor_languages", "doctor_languages_once"),
        ("INSERT INTO doctor_languages VALUES (99, 'en')", "doctor_languages_doctor"),
        ("DELETE FROM languages", "doctor_languages_language"),
        ("INSERT INTO doctor_schemes SELECT * FROM doctor_schemes", "doctor_schemes_once"),
        ("INSERT INTO doctor_schemes VALUES (99, 'gems')", "doctor_schemes_doctor"),
        ("DELETE FROM schemes", "doctor_schemes_scheme"),
        ("INSERT INTO specialties VALUES ('Skin', 'Skin')", "specialties_slug_form"),
        ("INSERT INTO specialties VALUES ('a--b', 'Skin')", "specialties_slug_form"),
        ("INSERT INTO specialties VALUES ('a', '')", "specialties_name_form"),
        ("INSERT INTO languages VALUES ('eng4', 'English')", "languages_code_form"),
        ("INSERT INTO languages VALUES ('xx', 'English')", "languages_name_once"),
        ("INSERT INTO languages VALUES ('xx', ' ')", "languages_name_form"),
        ("INSERT INTO schemes VALUES ('a_b', 'A')", "schemes_slug_form"),
        ("INSERT INTO schemes VALUES ('a', 'A ')", "schemes_name_form"),
    ]

    private static let accepted = [
        "UPDATE doctors SET display_name = repeat('é', 200), biography = E'One\\n\\ntwo', rating = 1, review_count = 1",
        "UPDATE doctors SET rating = 5.00, practising_since = 1930, hpcsa_number = 'PSY0000001', verification_state = 'verified'",
        "UPDATE doctors SET sub_specialties = '{Sleep,Sport}', gender = 'other', verification_state = 'suspended'",
        "UPDATE practices SET latitude = -90, longitude = 180, postal_code = '0001', province = 'KwaZulu-Natal', name = NULL",
        "UPDATE fees SET amount_cents = 0",
        "UPDATE fees SET amount_cents = 10000000, consultation_kind = 'video'",
        "INSERT INTO doctor_specialties SELECT doctor_id, 'skin', 1 FROM doctors",
        "UPDATE doctor_specialties SET position = 1 - position",
        "DELETE FROM doctor_specialties",
    ]
}
