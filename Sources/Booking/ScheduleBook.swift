import Domain
import Foundation
import Postgres

/// One doctor's schedules and what changes them, as of one moment of the database's clock.
struct ScheduleBook: Sendable {
    let now: Date
    let schedules: [Schedule]
    let exceptions: [ScheduleException]
    let holidays: PublicHolidays

    /// - Throws: when the doctor has no hours at the practice.
    func schedule(practiceID: Int64) throws(BookingRefusal) -> Schedule {
        guard let schedule = schedules.first(where: { $0.practiceID == practiceID }) else { throw .noSuchPractice }
        return schedule
    }

    func calculator(_ schedule: Schedule, occupied: [Occupied]) -> SlotCalculator {
        SlotCalculator(schedule: schedule, exceptions: exceptions, holidays: holidays, occupied: occupied, now: now)
    }
}

extension BookingStore {
    /// Makes everybody else who changes this doctor's day wait for the end of the transaction.
    func lock(doctorID: Int64) async throws {
        try await database.query("SELECT schedule_id FROM booking_schedules WHERE doctor_id = \(doctorID) ORDER BY schedule_id FOR NO KEY UPDATE")
    }

    /// - Returns: without schedules for a doctor who keeps no hours with us.
    func scheduleBook(doctorID: Int64) async throws -> ScheduleBook {
        let rows = try await database.query(
            """
            SELECT clock_timestamp() AS now, s.*,
                (SELECT coalesce(jsonb_agg(jsonb_build_object('kind', k.kind, 'lengthMinutes', k.length_minutes, 'stepMinutes', k.step_minutes,
                    'bufferBeforeMinutes', k.buffer_before_minutes, 'bufferAfterMinutes', k.buffer_after_minutes, 'dailyLimit', k.daily_limit)
                    ORDER BY k.kind), '[]') FROM booking_kinds k WHERE k.schedule_id = s.schedule_id) AS visits,
                (SELECT coalesce(jsonb_agg(jsonb_build_object('weekday', h.weekday, 'startsMinute', h.starts_minute, 'endsMinute', h.ends_minute,
                    'kinds', h.kinds) ORDER BY h.weekday, h.starts_minute, h.ends_minute), '[]') FROM booking_hours h WHERE h.schedule_id = s.schedule_id) AS hours,
                (SELECT coalesce(jsonb_agg(jsonb_build_object('starts', extract(epoch FROM lower(e.during)), 'ends', extract(epoch FROM upper(e.during)),
                    'opens', e.opens, 'practiceID', e.practice_id)), '[]')
                    FROM booking_exceptions e WHERE e.doctor_id = s.doctor_id AND e.during && tstzrange(clock_timestamp() - interval '2 days', NULL)) AS exceptions,
                (SELECT coalesce(jsonb_agg(jsonb_build_object('day', c.day - date '1970-01-01', 'name', c.name)), '[]')
                    FROM public_holiday_changes c WHERE c.day > current_date - 3) AS holidays
            FROM booking_schedules s WHERE s.doctor_id = \(doctorID) ORDER BY s.schedule_id
            """)
        guard let first = rows.first else {
            let now: Date = try await database.query("SELECT clock_timestamp() AS now")[0].decode("now")
            return ScheduleBook(now: now, schedules: [], exceptions: [], holidays: PublicHolidays())
        }
        return ScheduleBook(
            now: try first.decode("now"), schedules: try rows.map(Schedule.init),
            exceptions: try first.decode("exceptions", as: JSONValue<[StoredException]>.self).value.map(ScheduleException.init),
            holidays: PublicHolidays(try first.decode("holidays", as: JSONValue<[StoredHoliday]>.self).value))
    }

    /// Remembers what search is told.
    /// - Parameter isComplete: whether all of the next thirty days were looked at.
    func set(_ availability: Availability, of schedule: Schedule, isComplete: Bool) async throws {
        try await database.query(
            """
            UPDATE booking_schedules SET next_free_at = \(availability.nextFreeAt), free_half_days = \(Int64(bitPattern: availability.halfDays.bits)),
                refreshed_at = CASE WHEN \(isComplete) THEN clock_timestamp() ELSE refreshed_at END
            WHERE schedule_id = \(schedule.id)
            """)
    }

    /// Doctors whose next free time has passed, and those who were not looked at as a whole for half a day.
    func staleDoctors(limit: Int) async throws -> (passed: [Int64], unrefreshed: [Int64]) {
        let row = try await database.query(
            """
            SELECT
                ARRAY(SELECT doctor_id FROM booking_schedules
                    WHERE next_free_at < clock_timestamp() + interval '30 days' AND next_free_at < clock_timestamp() + make_interval(mins => minimum_notice_minutes)
                    ORDER BY next_free_at LIMIT \(limit)) AS passed,
                ARRAY(SELECT doctor_id FROM booking_schedules WHERE refreshed_at < clock_timestamp() - interval '12 hours'
                    ORDER BY refreshed_at LIMIT \(limit)) AS unrefreshed
            """)[0]
        return (try row.decode("passed"), try row.decode("unrefreshed"))
    }

    /// What the doctor is taken for at any practice in a time, holds that ran out left aside.
    func occupied(doctorID: Int64, in time: Range<Date>, except: UUID? = nil) async throws -> [Occupied] {
        try await database.query(
            """
            SELECT lower(takes) AS takes_from, upper(takes) AS takes_until, starts_at, schedule_id, kind FROM bookings
            WHERE doctor_id = \(doctorID) AND takes && \(PostgresRange(time)) AND state NOT IN ('cancelled', 'expired', 'no_show')
                AND (expires_at IS NULL OR expires_at > clock_timestamp()) AND booking_id IS DISTINCT FROM \(except)
            ORDER BY takes
            """
        ).map { row in
            Occupied(
                takes: try row.decode("takes_from", as: Date.self)..<row.decode("takes_until", as: Date.self),
                startsAt: try row.decode("starts_at"), scheduleID: try row.decode("schedule_id"), kind: try row.decode("kind"))
        }
    }
}

extension VisitKind: PostgresCodable {}

extension Schedule {
    fileprivate init(_ row: PostgresRow) throws {
        func number(_ column: String) throws -> Int { Int(try row.decode(column, as: Int32.self)) }
        self.init(
            id: try row.decode("schedule_id"), doctorID: try row.decode("doctor_id"), practiceID: try row.decode("practice_id"),
            version: try number("version"),
            rules: Rules(
                acceptsBookings: try row.decode("accepts_bookings"), opensOnPublicHolidays: try row.decode("open_on_public_holidays"),
                needsApproval: try row.decode("needs_approval"), needsPayment: try row.decode("needs_payment"),
                minimumNoticeMinutes: try number("minimum_notice_minutes"), horizonDays: try number("horizon_days"),
                dailyLimit: try row.decode("daily_limit", as: Int32?.self).map { Int($0) },
                newPatients: NewPatients(rawValue: try row.decode("new_patients")) ?? .notAccepted,
                cancelNoticeMinutes: try number("cancel_notice_minutes"), moveNoticeMinutes: try number("move_notice_minutes"),
                lateCancelFeeCents: try number("late_cancel_fee_cents")),
            visits: try row.decode("visits", as: JSONValue<[Visit]>.self).value, hours: try row.decode("hours", as: JSONValue<[Hours]>.self).value,
            availability: Availability(
                nextFreeAt: try row.decode("next_free_at"), halfDays: HalfDays(bits: UInt64(bitPattern: try row.decode("free_half_days", as: Int64.self)))))
    }
}

private struct StoredException: Codable {
    let starts: Double
    let ends: Double
    let opens: Bool
    let practiceID: Int64?
}

extension ScheduleException {
    fileprivate init(_ stored: StoredException) {
        self.init(
            during: Date(timeIntervalSince1970: stored.starts)..<Date(timeIntervalSince1970: stored.ends), opens: stored.opens, practiceID: stored.practiceID)
    }
}

private struct StoredHoliday: Codable {
    let day: Int
    let name: String?
}

extension PublicHolidays {
    fileprivate init(_ stored: [StoredHoliday]) {
        self.init(changes: Dictionary(stored.map { (LocalDay(daysSince1970: $0.day), $0.name) }, uniquingKeysWith: { first, _ in first }))
    }
}
