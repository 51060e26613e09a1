import Foundation
import Postgres
import SearchIndex
import Testing

@testable import Search

@Suite(.enabled(if: TestDatabase.isAvailable, TestDatabase.hint))
struct ChangeFeedTests {
    @Test("An insert, a new fee, a new name, a new practice and a deletion arrive without restart")
    func everyKindOfChange() async throws {
        try await FollowedIndex.with { index in
            let id = try await index.addDoctor("Dr Mokoena", on: index.pool)
            try await index.eventually("the doctor is found") { try index.names("mokoena") == ["Dr Mokoena"] }

            try await index.pool.query("UPDATE fees SET amount_cents = 70000 WHERE doctor_id = \(id)")
            try await index.eventually("the new fee is shown") { try index.cards("mokoena").first?.fee?.amountCents == 70_000 }

            try await index.pool.query("UPDATE doctors SET display_name = 'Dr Dlamini' WHERE doctor_id = \(id)")
            try await index.eventually("the new name is found, the old is not") {
                try index.names("dlamini") == ["Dr Dlamini"] && index.names("mokoena").isEmpty
            }

            try await index.pool.query("UPDATE practices SET name = 'Ubuntu Clinic'")
            try await index.eventually("a change of the practice reaches its doctors") {
                try index.cards("ubuntu").first?.practice?.name == "Ubuntu Clinic"
            }

            let practice: Int64 = try await index.pool.query(
                "INSERT INTO practices (external_id, name, latitude, longitude) VALUES ('q', 'Harbour Rooms', -33.9, 18.4) RETURNING practice_id")[0]
                .decode("practice_id")
            try await index.pool.query(
                "INSERT INTO doctor_practices (doctor_id, practice_id, position) VALUES (\(id), \(practice), 1)")
            try await index.eventually("a new practice is found, and the doctor still counts once") {
                try index.names("harbour") == ["Dr Dlamini"] && index.names() == ["Dr Dlamini"]
            }

            try await index.pool.query("DELETE FROM doctors WHERE doctor_id = \(id)")
            try await index.eventually("the deleted doctor is gone") { try index.names().isEmpty }
        }
    }

    @Test("Fee, rating and next free time are shown as the database holds them after every change")
    func volatileMembers() async throws {
        try await FollowedIndex.with { index in
            let id = try await index.addDoctor("Dr Mokoena", on: index.pool)
            for (cents, rating, reviews, free) in [(70_000, "4.35", 12, "2026-12-01 06:10Z"), (0, "5", 13, "2027-01-01 12:59Z"), (10_000_000, "1.01", 14, "2026-11-24 05:30Z")] {
                try await index.pool.transaction { connection in
                    try await connection.query("UPDATE fees SET amount_cents = \(cents) WHERE doctor_id = \(id)")
                    try await connection.query("UPDATE doctors SET rating = \(unescaped: rating), review_count = \(reviews) WHERE doctor_id = \(id)")
                    try await connection.query("UPDATE doctor_practices SET next_available_at = '\(unescaped: free)' WHERE doctor_id = \(id)")
                }
                let row = try await index.pool.query(
                    """
                    SELECT d.rating::double precision AS rating, to_char(p.next_available_at AT TIME ZONE 'Africa/Johannesburg',
                        'YYYY-MM-DD"T"HH24:MI:SS"+02:00"') AS free
                    FROM doctors d JOIN doctor_practices p USING (doctor_id) WHERE d.doctor_id = \(id)
                    """)[0]
                let (shownRating, shownFree): (Double, String) = (try row.decode("rating"), try row.decode("free"))
                try await index.eventually("\(cents) cents, rated \(rating), free \(free)") {
                    guard let card = try index.cards("mokoena").first else { return false }
                    return card.fee?.amountCents == cents && card.rating?.average == shownRating && card.rating?.count == reviews
                        && card.nextAvailable == shownFree
                }
            }
        }
    }

    @Test("A transaction that began first and commits last is not lost")
    func lateCommit() async throws {
        try await FollowedIndex.with { index in
            let (committed, commit) = AsyncStream.makeStream(of: Void.self)
            let (written, write) = AsyncStream.makeStream(of: Void.self)
            async let early: Void = index.pool.transaction { connection in
                _ = try await index.addDoctor("Dr Early", on: connection)
                write.yield()
                for await _ in committed { break }
            }
            for await _ in written { break }
            _ = try await index.pool.transaction { try await index.addDoctor("Dr Late", on: $0) }
            try await index.eventually("the later transaction is seen while the earlier is open") { try index.names() == ["Dr Late"] }
            commit.yield()
            try await early
            try await index.eventually("the earlier one is seen after its commit") { try index.names() == ["Dr Early", "Dr Late"] }
        }
    }

    @Test("Savepoints, a rollback and a delete with reinsert leave the index as the database")
    func savepointsAndRollbacks() async throws {
        try await FollowedIndex.with { index in
            try await index.pool.transaction { connection in
                _ = try await index.addDoctor("Dr Kept", on: connection)
                try await connection.query("SAVEPOINT a")
                _ = try await index.addDoctor("Dr Undone", on: connection)
                try await connection.query("ROLLBACK TO SAVEPOINT a")
                try await connection.query("SAVEPOINT b")
                _ = try await index.addDoctor("Dr Nested", on: connection)
                try await connection.query("RELEASE SAVEPOINT b")
            }
            struct Undo: Error {}
            await #expect(throws: Undo.self) {
                try await index.pool.transaction { connection in
                    try await connection.query("UPDATE doctors SET display_name = 'Dr Never'")
                    throw Undo()
                }
            }
            try await index.eventually("only what was committed is found") { try index.names() == ["Dr Kept", "Dr Nested"] }
            try await index.pool.transaction { connection in
                try await connection.query("DELETE FROM doctors WHERE external_id = 'Dr Kept'")
                try await connection.query("DELETE FROM practices WHERE external_id = 'p-Dr Kept'")
                _ = try await index.addDoctor("Dr Kept", on: connection)
            }
            try await index.pool.query("UPDATE doctors SET display_name = 'Dr Kept Again' WHERE external_id = 'Dr Kept'")
            try await index.eventually("the reinserted doctor is there once") { try index.names() == ["Dr Kept Again", "Dr Nested"] }
        }
    }

    @Test("TRUNCATE empties the index")
    func truncate() async throws {
        try await FollowedIndex.with { index in
            _ = try await index.addDoctor("Dr A", on: index.pool)
            try await index.eventually("found") { try index.names() == ["Dr A"] }
            try await index.pool.query("TRUNCATE doctors CASCADE")
            try await index.eventually("gone") { try index.names().isEmpty }
            _ = try await index.addDoctor("Dr B", on: index.pool)
            try await index.eventually("followed again") { try index.names() == ["Dr B"] }
        }
    }

    @Test("A renamed specialty shows on every card")
    func rename() async throws {
        try await FollowedIndex.with { index in
            _ = try await index.addDoctor("Dr A", on: index.pool)
            try await index.pool.query("UPDATE specialties SET practitioner = 'Huisarts' WHERE slug = 'gp'")
            try await index.eventually("the new name") { try index.cards("huisarts").first?.specialties.first?.name == "Huisarts" }
        }
    }

    @Test("A reindex in a file is swapped in by the running server, with the changes made meanwhile")
    func reindex() async throws {
        try await DoctorsDatabase.with { database in
            let directory = FileManager.default.temporaryDirectory.appending(path: "index-\(UUID().uuidString)").path
            defer { try? FileManager.default.removeItem(atPath: directory) }
            try await FollowedIndex.with(pool: database.pool, indexDirectory: directory) { index in
                _ = try await index.addDoctor("Dr A", on: index.pool)
                let report = try await Reindex(
                    database: index.pool, followed: index.pool, indexDirectory: directory, logger: TestDatabase.logger
                ).run(progress: { _, _ in })
                #expect(report.documents == 1)
                _ = try await index.addDoctor("Dr B", on: index.pool)
                try await index.eventually("the server serves the new generation, and the later change") {
                    try index.feature.index.current?.generation == report.generation && index.names() == ["Dr A", "Dr B"]
                }
            }
            try await FollowedIndex.with(pool: database.pool, indexDirectory: directory) { index in
                let names = try index.names()
                #expect(names == ["Dr A", "Dr B"], "a restart begins with the file and catches up")
            }
        }
    }
}
