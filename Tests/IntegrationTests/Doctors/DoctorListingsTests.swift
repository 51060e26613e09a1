import Postgres
import Testing

@Suite("Doctors: listings", .enabled(if: TestDatabase.isAvailable, TestDatabase.hint), .timeLimit(.minutes(15)))
struct DoctorListingsTests {
    @Test("A doctor without practice has one row, one with two practices two, a rejected or suspended one none") func rows() async throws {
        try await DoctorsDatabase.with { database in
            for id in ["a", "b", "c", "d"] { _ = try await database.addDoctor(id) }
            try await database.pool.query("INSERT INTO doctors (external_id, display_name) VALUES ('bare', 'Dr Bare')")
            try await database.pool.query("""
                INSERT INTO doctor_practices (doctor_id, practice_id, position)
                SELECT d.doctor_id, p.practice_id, 1 FROM doctors d, practices p WHERE d.external_id = 'a' AND p.external_id = 'p-b'
                """)
            try await database.pool.query("UPDATE doctors SET verification_state = 'rejected' WHERE external_id = 'c'")
            try await database.pool.query("UPDATE doctors SET verification_state = 'suspended' WHERE external_id = 'd'")
            let counts = try await database.pool.query("""
                SELECT external_id, count(*) AS rows, count(practice_id) AS practices, count(first_visit_cents) AS fees
                FROM doctor_listings GROUP BY external_id ORDER BY external_id
                """)
            let text = try counts.map { row in
                "\(try row.decode("external_id", as: String.self)) \(try row.decode("rows", as: Int.self)) "
                    + "\(try row.decode("practices", as: Int.self)) \(try row.decode("fees", as: Int.self))"
            }
            #expect(text == ["a 2 2 1", "b 1 1 1", "bare 1 0 0"])
        }
    }

    @Test("A page and a batch of ids read by index alone, whatever the size of the tables", arguments: [
        "doctor_id > 15000 ORDER BY doctor_id LIMIT 500", "doctor_id = ANY ('{5,600,7000,19999}')",
    ])
    func plans(_ condition: String) async throws {
        try await DoctorsDatabase.with { database in
            try await database.fill(doctorCount: 20_000)
            let plan = try await database.pool.query("EXPLAIN (ANALYZE, TIMING OFF) SELECT * FROM doctor_listings WHERE \(unescaped: condition)")
                .map { try $0.decode("QUERY PLAN", as: String.self) }
            let rowCounts = plan.compactMap { $0.firstMatch(of: /actual rows=(\d+)/).flatMap { Int($0.1) } }
            #expect(!plan.contains { $0.contains("Seq Scan") }, Comment(rawValue: plan.joined(separator: "\n")))
            #expect(rowCounts.max() ?? .max <= 501, Comment(rawValue: plan.joined(separator: "\n")))
        }
    }
}

extension DoctorsDatabase {
    /// Many plain doctors with a practice each, and fresh statistics.
    fileprivate func fill(doctorCount: Int) async throws {
        for statement in [
            "INSERT INTO doctors (external_id, display_name) SELECT n::text, 'Dr ' || n FROM generate_series(1, \(doctorCount)) AS n",
            "INSERT INTO practices (external_id) SELECT n::text FROM generate_series(1, \(doctorCount)) AS n",
            "INSERT INTO doctor_practices (doctor_id, practice_id, position) SELECT doctor_id, doctor_id, 0 FROM doctors",
            "INSERT INTO doctor_specialties SELECT doctor_id, 'gp', 0 FROM doctors",
            "INSERT INTO doctor_languages SELECT doctor_id, unnest('{en,zu}'::text[]) FROM doctors",
            "INSERT INTO doctor_schemes SELECT doctor_id, 'gems' FROM doctors",
            "INSERT INTO fees SELECT doctor_id, doctor_id, 'first_visit', 1 FROM doctors",
            "ANALYZE",
        ] {
            try await pool.query(SQL(unescaped: statement))
        }
    }
}
