import Foundation
import Postgres
import SearchIndex
import Testing

@testable import Search

/// What a follower does beside following: rows that cannot be indexed, comparison with the database, and the outbox.
@Suite(.enabled(if: TestDatabase.isAvailable, TestDatabase.hint))
struct FollowerDutiesTests {
    @Test("A transaction that writes in another database of the cluster stops nothing")
    func otherDatabase() async throws {
        try await TestDatabase.withPool { other in
            let (written, write) = AsyncStream.makeStream(of: Void.self)
            let (finished, finish) = AsyncStream.makeStream(of: Void.self)
            async let held: Void = other.transaction { connection in
                try await connection.query("CREATE TABLE held (id integer)")
                write.yield()
                for await _ in finished { break }
            }
            for await _ in written { break }
            try await FollowedIndex.with { index in
                _ = try await index.addDoctor("Dr A", on: index.pool)
                try await index.eventually("the doctor is found while the other transaction is open") { try index.names() == ["Dr A"] }
            }
            finish.yield()
            try await held
        }
    }

    @Test("A doctor whose row cannot be read is parked and listed, holds nobody up, and is taken when it can be read")
    func parking() async throws {
        try await FollowedIndex.with { index in
            let bad = try await index.addDoctor("Dr Bad", on: index.pool)
            try await index.eventually("found") { try index.names() == ["Dr Bad"] }
            try await index.pool.query("ALTER TABLE doctor_practices DROP CONSTRAINT doctor_practices_next_available_at_range")
            try await index.pool.query(
                "UPDATE doctor_practices SET next_available_at = 'infinity' WHERE doctor_id = \(bad)")
            try await index.pool.query("UPDATE doctors SET display_name = 'Dr Worse' WHERE doctor_id = \(bad)")
            _ = try await index.addDoctor("Dr Good", on: index.pool)
            try await index.eventually("others go on, and the old state stays") { try index.names() == ["Dr Bad", "Dr Good"] }
            let answers = try await FollowerReport(database: index.pool).verify(progress: { _, _ in })
            #expect(answers.map(\.differences) == [0], "a parked doctor is known to differ")
            let parked = try await FollowerReport(database: index.pool).parked()
            #expect(parked.map(\.doctorID) == [bad])
            #expect(parked.first?.reason.contains("next_available_at") == true)
            try await index.pool.query("UPDATE doctor_practices SET next_available_at = NULL WHERE doctor_id = \(bad)")
            try await index.eventually("mended") { try index.names() == ["Dr Good", "Dr Worse"] }
            #expect(index.feature.index.current?.parked.entries.isEmpty == true)
        }
    }

    @Test("A parked doctor is tried again without a change")
    func retry() async throws {
        try await FollowedIndex.with { index in
            let bad = try await index.addDoctor("Dr Bad", on: index.pool)
            try await index.pool.query("ALTER TABLE doctor_practices DROP CONSTRAINT doctor_practices_next_available_at_range")
            try await index.pool.query("UPDATE doctor_practices SET next_available_at = 'infinity' WHERE doctor_id = \(bad)")
            try await index.eventually("parked") { index.feature.index.current?.parked.entries.keys.contains(bad) == true }
            try await withoutTriggers(index.pool, "UPDATE doctor_practices SET next_available_at = NULL")
            try await index.eventually("mended") { try index.names() == ["Dr Bad"] && index.feature.index.current?.parked.entries.isEmpty == true }
        }
    }

    @Test("Verification finds and repairs what the change feed was not told: a changed, a missing and a left-over doctor")
    func verification() async throws {
        try await FollowedIndex.with(walks: false) { index in
            for name in ["Dr A", "Dr B", "Dr C"] { _ = try await index.addDoctor(name, on: index.pool) }
            try await index.eventually("found") { try index.names() == ["Dr A", "Dr B", "Dr C"] }
            let report = FollowerReport(database: index.pool)
            #expect(try await report.verify(progress: { _, _ in }).map { [$0.doctors, $0.differences] } == [[3, 0]])
            try await withoutTriggers(index.pool, "UPDATE doctors SET display_name = 'Dr Changed' WHERE external_id = 'Dr A'")
            try await withoutTriggers(index.pool, "DELETE FROM doctors WHERE external_id = 'Dr B'")
            try await withoutTriggers(index.pool, "INSERT INTO doctors (external_id, display_name) VALUES ('d', 'Dr D')")
            let answers = try await report.verify(progress: { _, _ in })
            #expect(answers.map { [$0.doctors, $0.differences] } == [[4, 3]])
            try await index.eventually("repaired") { try index.names() == ["Dr C", "Dr Changed", "Dr D"] }
            #expect(try await report.verify(progress: { _, _ in }).map(\.differences) == [0])
        }
    }

    @Test("A load in pieces that lie in files holds every document and leaves nothing behind")
    func pieces() async throws {
        try await FollowedIndex.with { index in
            try await index.pool.query(
                "INSERT INTO doctors (external_id, display_name) SELECT 'd' || n, 'Dr ' || n FROM generate_series(1, 4500) AS n")
            let directory = FileManager.default.temporaryDirectory.appending(path: "index-\(UUID().uuidString)")
            defer { try? FileManager.default.removeItem(at: directory) }
            var loader = index.loader(files: SnapshotFiles(directory: directory.path))
            loader.pieceDocuments = 2_000
            let state = try await loader.load()
            #expect(state.view.documentCount == 4_500)
            #expect(try await index.differences(from: state) == [])
            #expect(try FileManager.default.contentsOfDirectory(atPath: directory.path) == [])
        }
    }

    @Test("The background walk repairs without being asked")
    func reconciliation() async throws {
        try await FollowedIndex.with { index in
            _ = try await index.addDoctor("Dr A", on: index.pool)
            try await index.eventually("found") { try index.names() == ["Dr A"] }
            try await withoutTriggers(index.pool, "UPDATE doctors SET display_name = 'Dr Changed'")
            try await index.eventually("repaired", seconds: 3) { try index.names() == ["Dr Changed"] }
        }
    }

    @Test("Changes are dropped when every follower has passed them; one that is gone too long has to load anew")
    func outbox() async throws {
        try await DoctorsDatabase.with { database in
            let pool = database.pool
            _ = try await Migrator(pool: pool, logger: TestDatabase.logger).migrate(SearchFeature.migrations)
            let source = DoctorSource(database: pool)
            func cursor() async throws -> ChangeCursor {
                try await source.readAll(begin: { _ in }, page: { _, _, _, _ in }).cursor
            }
            let early = try await cursor()
            let (slow, fast) = (FollowerRegistry(database: pool, followerID: UUID()), FollowerRegistry(database: pool, followerID: UUID()))
            _ = try await slow.beat(needs: early.snapshot.xmin, parked: ParkedDoctors())
            for number in 0..<5 { _ = try await database.addDoctor("d\(number)") }
            let late = try await cursor()
            _ = try await fast.beat(needs: late.snapshot.xmin, parked: ParkedDoctors())
            #expect(try await database.count("doctor_changes") == 5, "the slow one has not read them")
            #expect(try await source.poll(since: early)?.changedIDs.count == 5)
            try await pool.query("UPDATE search_followers SET expires_at = clock_timestamp() WHERE needs_tx = \(TransactionID(rawValue: early.snapshot.xmin))")
            _ = try await fast.beat(needs: late.snapshot.xmin, parked: ParkedDoctors())
            #expect(try await database.count("search_followers") == 1)
            // Other tests' transactions in this cluster, while they run, keep what came after their beginning.
            var latest = late
            for _ in 0..<6_000 where try await database.count("doctor_changes") > 0 {
                try await Task.sleep(for: .milliseconds(20))
                latest = try await cursor()
                _ = try await fast.beat(needs: latest.snapshot.xmin, parked: ParkedDoctors())
            }
            #expect(try await database.count("doctor_changes") == 0)
            #expect(try await source.poll(since: early) == nil, "changes are gone that it has not read")
            #expect(try await source.poll(since: latest) != nil)
        }
    }

    /// Triggers do not fire for what a replication role writes.
    private func withoutTriggers(_ pool: PostgresPool, _ sql: String) async throws {
        try await pool.transaction { connection in
            try await connection.query("SET LOCAL session_replication_role = replica")
            try await connection.query("\(unescaped: sql)")
        }
    }
}
