import Doctors
import Postgres
import Testing

@Suite("Doctors: change feed", .enabled(if: TestDatabase.isAvailable, TestDatabase.hint), .timeLimit(.minutes(15)))
struct DoctorChangesTests {
    @Test("Each statement enqueues exactly the doctors whose listing changed", arguments: statements)
    func statement(_ statement: String, _ changed: Set<String>) async throws {
        try await withTwoDoctors { database, ids in
            try await database.pool.query(SQL(unescaped: statement))
            #expect(try await names(database, ids) == changed.sorted(), Comment(rawValue: statement))
        }
    }

    static let statements: [(String, Set<String>)] = [
        ("UPDATE doctors SET display_name = 'Dr X' WHERE external_id = 'a'", ["a"]),
        ("UPDATE doctors SET verification_state = 'suspended'", ["a", "b"]),
        ("UPDATE doctors SET display_name = display_name", []),
        ("DELETE FROM doctors WHERE external_id = 'a'", ["a"]),
        ("UPDATE practices SET city = 'Durban' WHERE external_id = 'p-b'", ["b"]),
        ("UPDATE practices SET city = city", []),
        ("DELETE FROM practices WHERE external_id = 'p-a'", ["a"]),
        ("INSERT INTO practices (external_id) VALUES ('new')", []),
        ("UPDATE doctor_practices SET next_available_at = now() WHERE position = 0", ["a", "b"]),
        ("DELETE FROM doctor_practices", ["a", "b"]),
        ("UPDATE fees SET amount_cents = 1", ["a", "b"]),
        ("UPDATE fees SET amount_cents = amount_cents", []),
        ("DELETE FROM fees WHERE doctor_id = (SELECT doctor_id FROM doctors WHERE external_id = 'a')", ["a"]),
        ("INSERT INTO fees SELECT doctor_id, practice_id, 'video', 5 FROM fees", ["a", "b"]),
        ("INSERT INTO doctor_specialties SELECT doctor_id, 'skin', 1 FROM doctors WHERE external_id = 'b'", ["b"]),
        ("UPDATE doctor_specialties SET specialty = 'skin'", ["a", "b"]),
        ("DELETE FROM doctor_specialties", ["a", "b"]),
        ("INSERT INTO doctor_languages SELECT doctor_id, 'zu' FROM doctors WHERE external_id = 'b'", ["b"]),
        ("DELETE FROM doctor_languages", ["a", "b"]),
        ("UPDATE doctor_schemes SET scheme = 'bonitas'", ["a", "b"]),
        ("DELETE FROM doctor_schemes", ["a", "b"]),
        ("UPDATE specialties SET slug = 'family' WHERE slug = 'gp'", ["a", "b"]),
        ("UPDATE specialties SET slug = 'derm' WHERE slug = 'skin'", []),
        ("UPDATE specialties SET name = 'Family practice' WHERE slug = 'gp'", ["everything"]),
        ("UPDATE specialties SET name = name", []),
        ("UPDATE schemes SET slug = 'gems-2' WHERE slug = 'gems'", ["a", "b"]),
        ("UPDATE languages SET code = 'eng' WHERE code = 'en'", ["a", "b"]),
        ("TRUNCATE fees", ["everything"]),
        ("TRUNCATE doctors, practices CASCADE", ["everything"]),
        ("TRUNCATE languages CASCADE", ["everything"]),
    ]

    @Test("A row that moves from one doctor to another enqueues both", arguments: ["doctor_languages", "doctor_schemes", "doctor_specialties"])
    func moves(_ table: String) async throws {
        try await withTwoDoctors { database, ids in
            try await database.pool.query("DELETE FROM \(unescaped: table) WHERE doctor_id = \(ids[1])")
            try await database.forgetChanges()
            try await database.pool.query("UPDATE \(unescaped: table) SET doctor_id = \(ids[1]) WHERE doctor_id = \(ids[0])")
            #expect(try await names(database, ids) == ["a", "b"])
        }
    }

    @Test("A changed doctor id enqueues the old one and the new one") func changedID() async throws {
        try await DoctorsDatabase.with { database in
            try await database.pool.query("INSERT INTO doctors (external_id, display_name) VALUES ('bare', 'Dr B')")
            try await database.forgetChanges()
            try await database.pool.query("UPDATE doctors SET doctor_id = DEFAULT")
            #expect(Set(try await database.changes()) == [1, 2])
        }
    }

    @Test("What a savepoint rolled back enqueues nothing, what came before and after it does") func savepoints() async throws {
        try await withTwoDoctors { database, ids in
            try await database.pool.transaction { connection in
                try await connection.query("SAVEPOINT s")
                try await connection.query("UPDATE doctors SET display_name = 'Dr X'")
                try await connection.query("ROLLBACK TO s")
                try await connection.query("UPDATE fees SET amount_cents = 7 WHERE doctor_id = \(ids[1])")
            }
            #expect(try await names(database, ids) == ["b"])
        }
    }

    @Test("Delete and insert again of one doctor in one transaction enqueues old and new") func deleteAndInsert() async throws {
        try await withTwoDoctors { database, ids in
            try await database.pool.transaction { connection in
                try await connection.query("DELETE FROM doctors WHERE external_id = 'a'")
                try await connection.query("INSERT INTO doctors (external_id, display_name) VALUES ('a', 'Dr A')")
            }
            #expect(try await database.changes() == [ids[0], ids[1] + 1])
        }
    }

    @Test("A transaction leaves one row per doctor, with its own transaction id") func oneRowPerTransaction() async throws {
        try await withTwoDoctors { database, ids in
            let tx: String = try await database.pool.transaction { connection in
                try await connection.query("UPDATE doctors SET display_name = 'Dr X'")
                try await connection.query("SAVEPOINT s")
                try await connection.query("UPDATE fees SET amount_cents = 1")
                try await connection.query("RELEASE s")
                try await connection.query("DELETE FROM doctors WHERE external_id = 'a'")
                return try await connection.query("SELECT pg_current_xact_id()::text AS tx")[0].decode("tx")
            }
            let rows = try await database.pool.query("SELECT doctor_id, tx::text AS tx FROM doctor_changes ORDER BY doctor_id")
            #expect(try rows.map { try $0.decode("doctor_id", as: Int64.self) } == ids)
            #expect(try rows.allSatisfy { try $0.decode("tx", as: String.self) == tx })
        }
    }

    @Test("Listeners get one notification per changing transaction, and none where nothing changed") func notifications() async throws {
        try await withTwoDoctors { database, ids in
            var events = database.pool.notifications(on: "doctor_changes").makeAsyncIterator()
            #expect(await events.next() == .gap)
            try await database.pool.query("UPDATE doctors SET display_name = display_name")
            try await database.pool.transaction { connection in
                try await connection.query("UPDATE doctors SET display_name = 'Dr X' WHERE doctor_id = \(ids[0])")
                try await connection.query("UPDATE fees SET amount_cents = 1")
                try await connection.query("DELETE FROM doctors")
            }
            try await database.pool.query("NOTIFY doctor_changes, 'end'")
            #expect(await events.next() == .notification(PostgresNotification(channel: "doctor_changes", payload: "")))
            #expect(await events.next() == .notification(PostgresNotification(channel: "doctor_changes", payload: "end")))
        }
    }

    private func withTwoDoctors(_ body: @Sendable (DoctorsDatabase, [Int64]) async throws -> Void) async throws {
        try await DoctorsDatabase.with { database in
            let ids = [try await database.addDoctor("a"), try await database.addDoctor("b")]
            try await database.forgetChanges()
            try await body(database, ids)
        }
    }

    /// The outbox with the doctors' names, once each, sorted.
    private func names(_ database: DoctorsDatabase, _ ids: [Int64]) async throws -> [String] {
        let names = try await database.changes().map { id in
            id == nil ? "everything" : id == ids[0] ? "a" : id == ids[1] ? "b" : "unknown"
        }
        return Set(names).sorted()
    }
}
