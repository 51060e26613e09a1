import Doctors
import Foundation
import Postgres
import Testing

@Suite("Doctors: reference and sample data", .enabled(if: TestDatabase.isAvailable, TestDatabase.hint), .timeLimit(.minutes(15)))
struct DoctorsSeedTests {
    @Test("The committed files load, and loading again changes nothing") func committedFiles() async throws {
        try await TestDatabase.withPool { pool in
            _ = try await Migrator(pool: pool, logger: TestDatabase.logger).migrate(DoctorsFeature.migrations)
            let database = DoctorsDatabase(pool: pool)
            let data = URL(filePath: #filePath).appending(path: "../../../../Data").standardized.path()
            try await ReferenceData(pool: pool).load(from: data)
            let counts = [try await database.count("specialties"), try await database.count("languages"), try await database.count("schemes")]
            #expect(counts.allSatisfy { $0 > 10 })

            let result = try await SampleDoctors(pool: pool).seed(from: data + "/sample-doctors.jsonl") { event in
                if case .progress = event {} else { Issue.record("\(event)") }
            }
            #expect(result.map { $0.bad == 0 && $0.imported > 1000 } == true)
            try await database.forgetChanges()
            try await ReferenceData(pool: pool).load(from: data)
            #expect(try await SampleDoctors(pool: pool).seed(from: data + "/sample-doctors.jsonl") == nil)
            #expect(try await database.changes().isEmpty)
            #expect(try await counts == [database.count("specialties"), database.count("languages"), database.count("schemes")])
        }
    }

    @Test("Free times of sample doctors that have passed move forward by whole days, others stay") func rollForward() async throws {
        try await DoctorsDatabase.with { database in
            for id in ["past", "ahead", "real"] { _ = try await database.addDoctor(id) }
            let now = Date(timeIntervalSince1970: 1_790_000_000)
            func set(_ id: String, _ date: Date) async throws {
                try await database.pool.query("""
                    UPDATE doctor_practices SET next_available_at = \(date)
                    WHERE doctor_id = (SELECT doctor_id FROM doctors WHERE external_id = \(id))
                    """)
            }
            try await database.pool.query("UPDATE doctors SET is_sample = external_id <> 'real'")
            try await set("past", now.addingTimeInterval(-3 * 86_400 - 3600))
            try await set("ahead", now.addingTimeInterval(60))
            try await set("real", now.addingTimeInterval(-60))
            try await database.forgetChanges()
            _ = try await SampleDoctors(pool: database.pool).seed(from: "/nowhere", now: now)
            let times = try await database.pool.query("SELECT next_available_at FROM doctor_listings ORDER BY external_id DESC")
                .map { try $0.decode("next_available_at", as: Date.self).timeIntervalSince(now) }
            #expect(times == [-60, 86_400 - 3600, 60])
            #expect(try await database.changes().count == 1)
        }
    }
}
