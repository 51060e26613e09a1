import Foundation
import Postgres

/// Made-up doctors, marked as such, for trying the site.
public struct SampleDoctors: Sendable {
    private let pool: PostgresPool

    public init(pool: PostgresPool) { self.pool = pool }

    /// Imports the file unless a sample doctor is there already, then rolls past free times forward.
    /// - Parameter path: JSON Lines with `"sample": true` in every row, `Data/sample-doctors.jsonl`.
    /// - Returns: what was imported; nil if nothing had to be.
    public func seed(from path: String, now: Date = Date(), report: (ImportEvent) -> Void = { _ in }) async throws -> ImportResult? {
        let isSeeded = try await isPresent()
        var result: ImportResult?
        if !isSeeded {
            result = try await DoctorImporter(pool: pool).importDoctors(at: path, format: .jsonLines, now: now, report: report)
        }
        try await rollForward(now: now)
        return result
    }

    /// Whether any sample doctor is in the database; pages then say so.
    public func isPresent() async throws -> Bool {
        try await pool.query("SELECT EXISTS (SELECT FROM doctors WHERE is_sample) AS present")[0].decode("present")
    }

    /// Where verified sample doctors practise.
    public func places() async throws -> [(doctorID: Int64, practiceID: Int64)] {
        try await pool.query(
            """
            SELECT at.doctor_id, at.practice_id FROM doctors d JOIN doctor_practices at USING (doctor_id)
            WHERE d.is_sample AND d.verification_state = 'verified' AND at.position = 0
            """
        ).map { (try $0.decode("doctor_id"), try $0.decode("practice_id")) }
    }

    /// Moves the next free times of sample doctors without opening hours that have passed forward by whole days, so that the hour stays.
    func rollForward(now: Date) async throws {
        try await pool.query("""
            UPDATE doctor_practices AS place
            SET next_available_at = next_available_at
                + interval '24 hours' * (floor(extract(epoch FROM \(now) - next_available_at) / 86400) + 1)
            FROM doctors d
            WHERE d.doctor_id = place.doctor_id AND d.is_sample AND place.next_available_at <= \(now) AND place.free_half_days IS NULL
            """)
    }
}
