import Domain
import Foundation
import Postgres

/// What a hold depends on besides the doctor's day.
struct HoldFacts: Sendable {
    /// Times the account holds just now.
    let holds: Int
    /// Visits of the person to the doctor that took place.
    let visits: Int
    /// Doctors with whom the person has something that ran out near the time.
    let overdueDoctorIDs: [Int64]
}

extension BookingStore {
    func facts(accountID: UUID, personID: UUID, doctorID: Int64, at start: Date) async throws -> HoldFacts {
        let row = try await database.query(
            """
            SELECT
                (SELECT count(*) FROM bookings WHERE account_id = \(accountID) AND state = 'held' AND expires_at > clock_timestamp()
                    AND waitlist_entry_id IS NULL) AS holds,
                (SELECT count(*) FROM bookings WHERE person_id = \(personID) AND doctor_id = \(doctorID) AND state = 'completed') AS visits,
                ARRAY(SELECT DISTINCT doctor_id FROM bookings WHERE person_id = \(personID) AND expires_at <= clock_timestamp()
                    AND tstzrange(starts_at, ends_at) && tstzrange(\(start - 28_800), \(start + 28_800))) AS overdue
            """)[0]
        return HoldFacts(holds: try row.decode("holds"), visits: try row.decode("visits"), overdueDoctorIDs: try row.decode("overdue"))
    }

    /// Doctors who take bookings at a practice, those with the fewest visits on a day first.
    func doctors(practiceID: Int64, on day: LocalDay) async throws -> [Int64] {
        try await database.query(
            """
            SELECT s.doctor_id FROM booking_schedules s
            LEFT JOIN bookings b ON b.doctor_id = s.doctor_id AND b.starts_at >= \(day.start) AND b.starts_at < \((day + 1).start)
                AND b.state NOT IN ('cancelled', 'expired', 'no_show')
            WHERE s.practice_id = \(practiceID) AND s.accepts_bookings
            GROUP BY s.doctor_id ORDER BY count(b.booking_id), s.doctor_id LIMIT 100
            """
        ).map { try $0.decode("doctor_id") }
    }

    func now() async throws -> Date { try await database.query("SELECT clock_timestamp() AS now")[0].decode("now") }

    /// - Returns: false when it is too late, or there was one.
    func openDispute(_ id: UUID, sealedStatement: String, days: Int) async throws -> Bool {
        try await !database.query(
            """
            INSERT INTO booking_disputes (booking_id, sealed_statement)
            SELECT booking_id, \(sealedStatement) FROM bookings
            WHERE booking_id = \(id) AND state = 'no_show' AND updated_at > clock_timestamp() - make_interval(days => \(Int32(days)))
            ON CONFLICT DO NOTHING RETURNING booking_id
            """
        ).isEmpty
    }

    /// - Returns: false when there is none that is open.
    func decideDispute(_ id: UUID, came: Bool, by actor: UUID) async throws -> Bool {
        try await !database.query(
            """
            UPDATE booking_disputes SET decision = \(came ? "came" : "did_not_come"), decided_by = \(actor), decided_at = clock_timestamp()
            WHERE booking_id = \(id) AND decision IS NULL RETURNING booking_id
            """
        ).isEmpty
    }
}
