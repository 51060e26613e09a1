import Domain
import Foundation
import Postgres
import Web

/// Hours and rules as a practice sets them, all at once.
struct ScheduleDraft: Sendable, Equatable {
    var rules: Schedule.Rules
    var visits: [Schedule.Visit]
    var hours: [Schedule.Hours]
}

extension BookingFeature {
    /// Sets a doctor's hours and rules at a practice. Appointments stand as they are.
    /// - Parameter version: what the caller saw; 0 for none yet.
    func setSchedule(
        doctorID: Int64, practiceID: Int64, _ draft: ScheduleDraft, version: Int, by principal: Principal, on connection: PostgresConnection
    ) async throws -> Schedule {
        guard try await dependencies.worksFor(principal, doctorID, practiceID, connection) else { throw BookingRefusal.notAllowed }
        let day = try await day(of: doctorID, on: connection)
        guard day.doctor.practices.contains(where: { $0.id == practiceID }) else { throw BookingRefusal.noSuchPractice }
        let before = day.book.schedules.first { $0.practiceID == practiceID }
        guard before?.version ?? 0 == version else { throw BookingRefusal.versionChanged }
        try await day.store.setSchedule(doctorID: doctorID, practiceID: practiceID, draft)
        try await dependencies.audit(principal, "booking.schedule", "doctor:\(doctorID)", connection)
        let changed = try await self.day(of: doctorID, on: connection)
        try await changed.refreshAvailability()
        return try changed.book.schedule(practiceID: practiceID)
    }

    /// Leave, other closed times and extra hours. Appointments in a closed time stand: the practice moves or cancels them.
    /// - Returns: its id, and the appointments that lie in a closed time.
    func addException(
        doctorID: Int64, _ exception: ScheduleException, by principal: Principal, on connection: PostgresConnection
    ) async throws -> (id: Int64, affected: [Appointment]) {
        guard try await dependencies.worksFor(principal, doctorID, exception.practiceID, connection) else { throw BookingRefusal.notAllowed }
        let day = try await day(of: doctorID, on: connection)
        if let practiceID = exception.practiceID { _ = try day.book.schedule(practiceID: practiceID) }
        let id = try await day.store.insert(exception, doctorID: doctorID, by: principal.accountID)
        try await dependencies.audit(principal, "booking.exception", "doctor:\(doctorID)", connection)
        try await self.day(of: doctorID, on: connection).refreshAvailability()
        guard !exception.opens else { return (id, []) }
        let inside = try await day.store.appointments(doctorID: doctorID, in: exception.during)
        return (id, inside.filter { $0.state.isUpcoming && exception.practiceID ?? $0.practiceID == $0.practiceID })
    }

    func removeException(_ id: Int64, doctorID: Int64, by principal: Principal, on connection: PostgresConnection) async throws {
        guard try await dependencies.worksFor(principal, doctorID, nil, connection) else { throw BookingRefusal.notAllowed }
        let day = try await day(of: doctorID, on: connection)
        guard try await day.store.deleteException(id, doctorID: doctorID) else { throw BookingRefusal.noSuchException }
        try await dependencies.audit(principal, "booking.exception", "doctor:\(doctorID)", connection)
        try await self.day(of: doctorID, on: connection).refreshAvailability()
    }

    /// A day that differs from the Public Holidays Act. Free times of all doctors follow within the refresh job's next rounds.
    /// - Parameter name: `nil` for a day that is no holiday after all.
    func setHoliday(_ day: LocalDay, name: String?, by principal: Principal, on connection: PostgresConnection) async throws {
        let store = BookingStore(database: connection)
        try await store.setHoliday(day, name: name, by: principal.accountID)
        try await dependencies.audit(principal, "booking.holiday", "day:\(day)", connection)
    }

    /// What the Act says holds again.
    func removeHolidayChange(_ day: LocalDay, by principal: Principal, on connection: PostgresConnection) async throws {
        try await BookingStore(database: connection).deleteHoliday(day)
        try await dependencies.audit(principal, "booking.holiday", "day:\(day)", connection)
    }
}

extension BookingStore {
    fileprivate func setSchedule(doctorID: Int64, practiceID: Int64, _ draft: ScheduleDraft) async throws {
        let rules = draft.rules
        let id: Int64 = try await database.query(
            """
            INSERT INTO booking_schedules AS s (doctor_id, practice_id, accepts_bookings, open_on_public_holidays, needs_approval, needs_payment,
                minimum_notice_minutes, horizon_days, daily_limit, new_patients, cancel_notice_minutes, move_notice_minutes, late_cancel_fee_cents)
            VALUES (\(doctorID), \(practiceID), \(rules.acceptsBookings), \(rules.opensOnPublicHolidays), \(rules.needsApproval), \(rules.needsPayment),
                \(Int32(rules.minimumNoticeMinutes)), \(Int32(rules.horizonDays)), \(rules.dailyLimit.map(Int32.init)), \(rules.newPatients.rawValue),
                \(Int32(rules.cancelNoticeMinutes)), \(Int32(rules.moveNoticeMinutes)), \(Int32(rules.lateCancelFeeCents)))
            ON CONFLICT (doctor_id, practice_id) DO UPDATE SET
                (accepts_bookings, open_on_public_holidays, needs_approval, needs_payment, minimum_notice_minutes, horizon_days, daily_limit, new_patients,
                    cancel_notice_minutes, move_notice_minutes, late_cancel_fee_cents, version, updated_at)
                = (excluded.accepts_bookings, excluded.open_on_public_holidays, excluded.needs_approval, excluded.needs_payment,
                    excluded.minimum_notice_minutes, excluded.horizon_days, excluded.daily_limit, excluded.new_patients,
                    excluded.cancel_notice_minutes, excluded.move_notice_minutes, excluded.late_cancel_fee_cents, s.version + 1, clock_timestamp())
            RETURNING schedule_id
            """)[0].decode("schedule_id")
        try await database.query("DELETE FROM booking_kinds WHERE schedule_id = \(id)")
        try await database.query("DELETE FROM booking_hours WHERE schedule_id = \(id)")
        for visit in draft.visits {
            try await database.query(
                """
                INSERT INTO booking_kinds VALUES (\(id), \(visit.kind), \(Int32(visit.lengthMinutes)), \(Int32(visit.stepMinutes)),
                    \(Int32(visit.bufferBeforeMinutes)), \(Int32(visit.bufferAfterMinutes)), \(visit.dailyLimit.map(Int32.init)))
                """)
        }
        for hours in draft.hours {
            try await database.query(
                """
                INSERT INTO booking_hours (schedule_id, weekday, starts_minute, ends_minute, kinds)
                VALUES (\(id), \(Int16(hours.weekday)), \(Int32(hours.startsMinute)), \(Int32(hours.endsMinute)), \(hours.kinds.map(\.rawValue)))
                """)
        }
    }

    fileprivate func insert(_ exception: ScheduleException, doctorID: Int64, by actor: UUID) async throws -> Int64 {
        try await database.query(
            """
            INSERT INTO booking_exceptions (doctor_id, practice_id, during, opens, created_by)
            VALUES (\(doctorID), \(exception.practiceID), \(PostgresRange(exception.during)), \(exception.opens), \(actor)) RETURNING exception_id
            """)[0].decode("exception_id")
    }

    fileprivate func deleteException(_ id: Int64, doctorID: Int64) async throws -> Bool {
        try await !database.query("DELETE FROM booking_exceptions WHERE exception_id = \(id) AND doctor_id = \(doctorID) RETURNING exception_id").isEmpty
    }

    /// Every schedule is due to be looked at again.
    fileprivate func setHoliday(_ day: LocalDay, name: String?, by actor: UUID) async throws {
        try await database.query(
            """
            INSERT INTO public_holiday_changes VALUES (\(day.postgres), \(name), \(actor))
            ON CONFLICT (day) DO UPDATE SET name = excluded.name, changed_by = excluded.changed_by
            """)
        try await database.query("UPDATE booking_schedules SET refreshed_at = '-infinity' WHERE refreshed_at <> '-infinity'")
    }

    fileprivate func deleteHoliday(_ day: LocalDay) async throws {
        try await database.query("DELETE FROM public_holiday_changes WHERE day = \(day.postgres)")
        try await database.query("UPDATE booking_schedules SET refreshed_at = '-infinity' WHERE refreshed_at <> '-infinity'")
    }

    /// All changes there are.
    func holidays() async throws -> PublicHolidays {
        let rows = try await database.query("SELECT day - date '1970-01-01' AS day, name FROM public_holiday_changes")
        return PublicHolidays(changes: Dictionary(uniqueKeysWithValues: try rows.map {
            (LocalDay(daysSince1970: Int(try $0.decode("day", as: Int32.self))), try $0.decode("name", as: String?.self))
        }))
    }

    /// Leave and extra hours that are not over.
    func exceptions(doctorID: Int64) async throws -> [(id: Int64, exception: ScheduleException)] {
        try await database.query(
            """
            SELECT exception_id, lower(during) AS starts, upper(during) AS ends, opens, practice_id FROM booking_exceptions
            WHERE doctor_id = \(doctorID) AND upper(during) > clock_timestamp() ORDER BY during, exception_id LIMIT 500
            """
        ).map {
            (try $0.decode("exception_id"), ScheduleException(
                during: try $0.decode("starts", as: Date.self)..<$0.decode("ends", as: Date.self), opens: try $0.decode("opens"), practiceID: try $0.decode("practice_id")))
        }
    }
}

extension LocalDay {
    /// - Precondition: a year from 1 to 9999, as all that are read or written have.
    fileprivate var postgres: PostgresDate? { PostgresDate(year: civil.year, month: civil.month, day: civil.day) }
}
