import Doctors
import Foundation
import Idempotency
import Jobs
import Postgres

/// A database of its own with the tables of Doctors and a few words of each vocabulary.
struct DoctorsDatabase: Sendable {
    let pool: PostgresPool

    @discardableResult
    static func with<Value: Sendable>(_ body: @Sendable (DoctorsDatabase) async throws -> Value) async throws -> Value {
        try await TestDatabase.withPool { pool in
            try await prepare(pool)
            return try await body(DoctorsDatabase(pool: pool))
        }
    }

    static func prepare(_ pool: PostgresPool) async throws {
        _ = try await Migrator(pool: pool, logger: TestDatabase.logger).migrate(
            JobsMigrations.all + IdempotentWrites.migrations + DoctorsFeature.migrations)
        try await pool.query("INSERT INTO specialties (slug, name) VALUES ('gp', 'General practice'), ('skin', 'Dermatology')")
        try await pool.query("INSERT INTO languages (code, name) VALUES ('en', 'English'), ('zu', 'isiZulu')")
        try await pool.query("INSERT INTO schemes (slug, name) VALUES ('gems', 'GEMS'), ('bonitas', 'Bonitas')")
    }

    /// A doctor with one of everything, at a practice `p-<id>`.
    func addDoctor(_ externalID: String) async throws -> Int64 {
        try await pool.transaction { connection in
            let doctor: Int64 = try await connection.query(
                "INSERT INTO doctors (external_id, display_name) VALUES (\(externalID), 'Dr A') RETURNING doctor_id")[0].decode("doctor_id")
            let practice: Int64 = try await connection.query(
                "INSERT INTO practices (external_id, name) VALUES (\("p-" + externalID), 'Rooms') RETURNING practice_id")[0].decode("practice_id")
            try await connection.query("INSERT INTO doctor_specialties VALUES (\(doctor), 'gp', 0)")
            try await connection.query("INSERT INTO doctor_languages VALUES (\(doctor), 'en')")
            try await connection.query("INSERT INTO doctor_schemes VALUES (\(doctor), 'gems')")
            try await connection.query("INSERT INTO doctor_practices (doctor_id, practice_id, position) VALUES (\(doctor), \(practice), 0)")
            try await connection.query("INSERT INTO fees VALUES (\(doctor), \(practice), 'first_visit', 65000)")
            return doctor
        }
    }

    /// Empties the outbox.
    func forgetChanges() async throws { try await pool.query("DELETE FROM doctor_changes") }

    /// The outbox, oldest first; nil is "everything".
    func changes() async throws -> [Int64?] {
        try await pool.query("SELECT doctor_id FROM doctor_changes ORDER BY change_id").map { try $0.decode("doctor_id", as: Int64?.self) }
    }

    func count(_ table: String) async throws -> Int {
        try await pool.query("SELECT count(*) AS rows FROM \(unescaped: table)")[0].decode("rows")
    }

    /// Everything that listings show, as text, for comparing before and after.
    func listings() async throws -> [String] {
        try await pool.query("SELECT (to_jsonb(l) - 'updated_at' - 'doctor_id' - 'practice_id')::text AS row FROM doctor_listings l ORDER BY external_id, practice_name")
            .map { try $0.decode("row") }
    }
}

/// Writes a file for one test and removes it.
func withTemporaryFile<Value>(_ name: String, _ bytes: some Sequence<UInt8>, _ body: (String) async throws -> Value) async throws -> Value {
    let directory = FileManager.default.temporaryDirectory.appending(path: UUID().uuidString)
    try FileManager.default.createDirectory(at: directory, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: directory) }
    let file = directory.appending(path: name)
    try Data(bytes).write(to: file)
    return try await body(file.path())
}
