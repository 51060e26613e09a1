import Foundation
import Postgres
import Synchronization
import Testing

@testable import Search

/// Writers as real ones are at their worst: transactions that stay open, savepoints, rollbacks, records deleted and
/// inserted again, all at once. RTD_STORM_STEPS (default 50) is the number of transactions of each writer.
@Suite(.enabled(if: TestDatabase.isAvailable, TestDatabase.hint))
struct ChangeStormTests {
    @Test("Sixteen writers in five storms leave no document different; an updated_at cursor loses some in the same storms")
    func storms() async throws {
        let seed = UInt64(ProcessInfo.processInfo.environment["RTD_SEED"] ?? "") ?? UInt64.random(in: 0..<1 << 32)
        print("storms: RTD_SEED=\(seed)")
        var lostByTimestamps = 0
        for run in 0..<5 {
            lostByTimestamps += try await storm(seed: seed &+ UInt64(run) &* 1_000)
        }
        #expect(lostByTimestamps > 0, "the storm is one in which changes can be lost")
    }

    /// One storm. Returns how many doctors a reader that follows `updated_at` shows with an old name at the end.
    private func storm(seed: UInt64) async throws -> Int {
        let directory = FileManager.default.temporaryDirectory.appending(path: "index-\(UUID().uuidString)").path
        defer { try? FileManager.default.removeItem(atPath: directory) }
        let stale = Mutex(0)
        try await TestDatabase.withPool(configure: { $0.maximumConnections = 22 }) { pool in
            try await DoctorsDatabase.prepare(pool)
            try await pool.query(
                "INSERT INTO doctors (external_id, display_name) SELECT 'd' || n, 'Dr 0' FROM generate_series(1, 400) AS n")
            try await FollowedIndex.with(pool: pool, indexDirectory: directory) { index in
                let naive = TimestampReader(pool: pool)
                try await withThrowingTaskGroup(of: Void.self) { group in
                    let reading = Task { await naive.follow() }
                    for writer in 0..<16 {
                        group.addTask { try await write(pool, writer: writer, seed: seed &+ UInt64(writer)) }
                    }
                    try await group.waitForAll()
                    reading.cancel()
                    await reading.value
                }
                try await index.eventually("the index equals the database") { try await index.differences().isEmpty }
                #expect(index.errors.lines == [], "the feed told everything; nothing had to be found and repaired")
                let lost = try await naive.staleNames()
                stale.withLock { $0 = lost }
            }
        }
        return stale.withLock { $0 }
    }

    private struct Undone: Error {}

    private func write(_ pool: PostgresPool, writer: Int, seed: UInt64) async throws {
        var random = SeededGenerator(state: seed)
        let steps = Int(ProcessInfo.processInfo.environment["RTD_STORM_STEPS"] ?? "") ?? 50
        for step in 0..<steps {
            let doctors = (0..<3).map { _ in "d\(Int.random(in: 1...400, using: &random))" }.sorted()
            let roll = Int.random(in: 0..<100, using: &random)
            do {
                try await pool.transaction { connection in
                    for (place, doctor) in doctors.enumerated() {
                        if roll % 7 == 0 { try await connection.query("SAVEPOINT s") }
                        let name = "Dr \(writer) \(step) \(place)"
                        if roll % 11 == 0 {
                            try await connection.query("DELETE FROM doctors WHERE external_id = \(doctor)")
                            try await connection.query(
                                "INSERT INTO doctors (external_id, display_name) VALUES (\(doctor), \(name)) ON CONFLICT DO NOTHING")
                        } else {
                            try await connection.query("UPDATE doctors SET display_name = \(name) WHERE external_id = \(doctor)")
                        }
                        if roll % 7 == 0, place == 1 { try await connection.query("ROLLBACK TO SAVEPOINT s") }
                    }
                    if roll < 4 { try await Task.sleep(for: .milliseconds(60)) }
                    if roll >= 95 { throw Undone() }
                }
            } catch is Undone {}
        }
    }
}

/// The cursor that this project does not use: whatever has a later `updated_at` than the last row seen.
private actor TimestampReader {
    private let pool: PostgresPool
    private var names: [Int64: String] = [:]
    private var last: Date?

    init(pool: PostgresPool) { self.pool = pool }

    func follow() async {
        while !Task.isCancelled {
            try? await read()
            try? await Task.sleep(for: .milliseconds(5))
        }
    }

    private func read() async throws {
        let rows = try await pool.query(
            "SELECT doctor_id, display_name, updated_at FROM doctors WHERE updated_at > \(last ?? .distantPast) ORDER BY updated_at")
        for row in rows {
            names[try row.decode("doctor_id")] = try row.decode("display_name", as: String.self)
            last = try row.decode("updated_at")
        }
    }

    /// Doctors it knows by a name that is not theirs, after a last look.
    func staleNames() async throws -> Int {
        try await read()
        var stale = 0
        for row in try await pool.query("SELECT doctor_id, display_name FROM doctors") {
            let name: String = try row.decode("display_name")
            if names[try row.decode("doctor_id")] != name { stale += 1 }
        }
        return stale
    }
}
