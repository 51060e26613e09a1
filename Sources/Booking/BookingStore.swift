import Domain
import Foundation
import Postgres

/// SQL of appointments; what a constraint says becomes a refusal.
struct BookingStore: Sendable {
    let database: any PostgresQuerying

    /// - Throws: `.slotTaken` and `.personBusy` when PostgreSQL finds an overlap.
    func insert(_ new: NewAppointment) async throws -> Appointment {
        try await refusing {
            try Appointment(
                await database.query(
                    """
                    INSERT INTO bookings (booking_id, schedule_id, doctor_id, practice_id, account_id, person_id, kind, state, starts_at, ends_at, takes,
                        expires_at, held_by_session, fee_cents, cancel_notice_minutes, move_notice_minutes, late_cancel_fee_cents, waitlist_entry_id, changed_by)
                    VALUES (\(new.id), \(new.schedule.id), \(new.schedule.doctorID), \(new.schedule.practiceID), \(new.accountID), \(new.personID),
                        \(new.slot.kind), \(new.state), \(new.slot.startsAt), \(new.slot.endsAt), \(PostgresRange(new.takes)),
                        \(new.expiresAt), \(new.heldBySession), \(new.feeCents.map(Int32.init)), \(Int32(new.schedule.rules.cancelNoticeMinutes)),
                        \(Int32(new.schedule.rules.moveNoticeMinutes)), \(Int32(new.schedule.rules.lateCancelFeeCents)), \(new.waitlistEntryID), \(new.changedBy))
                    RETURNING *
                    """)[0])
        }
    }

    /// - Parameter locks: whether nobody else may change it until the transaction ends.
    func appointment(_ id: UUID, locks: Bool = false) async throws -> Appointment? {
        try await database.query("SELECT * FROM bookings WHERE booking_id = \(id)\(unescaped: locks ? " FOR NO KEY UPDATE" : "")").first.map(Appointment.init)
    }

    /// Changes one appointment.
    /// - Parameter assignments: `column = value, …`.
    func update(_ id: UUID, by actor: UUID, _ assignments: SQL) async throws -> Appointment {
        try await refusing {
            try Appointment(await database.query("UPDATE bookings SET \(assignments), changed_by = \(actor) WHERE booking_id = \(id) RETURNING *")[0])
        }
    }

    /// Holds and unpaid appointments of a doctor that ran out, locked.
    func overdue(doctorID: Int64, in time: Range<Date>) async throws -> [UUID] {
        try await database.query(
            """
            SELECT booking_id FROM bookings WHERE doctor_id = \(doctorID) AND takes && \(PostgresRange(time)) AND expires_at <= clock_timestamp()
            ORDER BY booking_id FOR NO KEY UPDATE
            """
        ).map { try $0.decode("booking_id") }
    }

    /// Overdue ones of all doctors, the oldest first.
    func overdueDoctors(limit: Int) async throws -> [Int64] {
        try await database.query(
            "SELECT doctor_id FROM bookings WHERE expires_at <= clock_timestamp() GROUP BY doctor_id ORDER BY min(expires_at) LIMIT \(limit)"
        ).map { try $0.decode("doctor_id") }
    }

    /// An account's appointments, by when they begin.
    /// - Parameters:
    ///   - upcoming: those that are ahead, the next one first; otherwise the others, the last one first. Holds that ran out are in neither.
    ///   - after: where the page before ended.
    func appointments(accountID: UUID, upcoming: Bool, after: (startsAt: Date, id: UUID)?, limit: Int) async throws -> [Appointment] {
        let side: SQL = upcoming
            ? "ends_at > clock_timestamp() AND state IN ('held', 'pending_payment', 'pending_approval', 'confirmed', 'checked_in') AND (expires_at IS NULL OR expires_at > clock_timestamp())"
            : "NOT (ends_at > clock_timestamp() AND state IN ('held', 'pending_payment', 'pending_approval', 'confirmed', 'checked_in')) AND state NOT IN ('held', 'expired')"
        let from: SQL =
            if let after { "AND (starts_at, booking_id) \(unescaped: upcoming ? ">" : "<") (\(after.startsAt), \(after.id))" } else { "" }
        return try await database.query(
            """
            SELECT * FROM bookings WHERE account_id = \(accountID) AND \(side) \(from)
            ORDER BY starts_at \(unescaped: upcoming ? "" : "DESC"), booking_id \(unescaped: upcoming ? "" : "DESC") LIMIT \(limit)
            """
        ).map(Appointment.init)
    }

    /// A doctor's appointments that take part of a time, holds that ran out left aside.
    func appointments(doctorID: Int64, in time: Range<Date>) async throws -> [Appointment] {
        try await database.query(
            """
            SELECT * FROM bookings WHERE doctor_id = \(doctorID) AND starts_at < \(time.upperBound) AND ends_at > \(time.lowerBound)
                AND state <> 'expired' AND (expires_at IS NULL OR expires_at > clock_timestamp())
            ORDER BY starts_at, booking_id LIMIT 2000
            """
        ).map(Appointment.init)
    }

    /// What one appointment was, version by version.
    func history(_ id: UUID) async throws -> [PastVersion] {
        try await database.query("SELECT version, state, starts_at, changed_at FROM booking_history WHERE booking_id = \(id) ORDER BY version").map {
            PastVersion(
                version: Int(try $0.decode("version", as: Int32.self)), state: try $0.decode("state"), startsAt: try $0.decode("starts_at"),
                changedAt: try $0.decode("changed_at"))
        }
    }

    private func refusing<Value>(_ write: () async throws -> Value) async throws -> Value {
        do {
            return try await write()
        } catch let error as PostgresError {
            switch error.constraint {
            case "bookings_doctor_at_one_visit": throw BookingRefusal.slotTaken
            case "bookings_person_in_one_place": throw BookingRefusal.personBusy
            default: throw error
            }
        }
    }
}

/// What a booking starts as.
struct NewAppointment {
    let id: UUID
    let schedule: Schedule
    let slot: Slot
    let accountID: UUID
    let personID: UUID
    var state = Appointment.State.held
    var expiresAt: Date?
    var heldBySession: UUID?
    var feeCents: Int?
    var waitlistEntryID: UUID?
    let changedBy: UUID

    /// - Precondition: the slot is one of the schedule's.
    var takes: Range<Date> { schedule.visit(slot.kind)?.takes(from: slot.startsAt) ?? slot.startsAt..<slot.endsAt }
}

struct PastVersion: Sendable {
    let version: Int
    let state: Appointment.State
    let startsAt: Date
    let changedAt: Date
}

extension Appointment.State: PostgresCodable {}
extension Appointment.Canceller: PostgresCodable {}
extension Appointment.CancelReason: PostgresCodable {}

extension Appointment {
    init(_ row: PostgresRow) throws {
        func number(_ column: String) throws -> Int { Int(try row.decode(column, as: Int32.self)) }
        self.init(
            id: try row.decode("booking_id"), scheduleID: try row.decode("schedule_id"), doctorID: try row.decode("doctor_id"),
            practiceID: try row.decode("practice_id"), accountID: try row.decode("account_id"), personID: try row.decode("person_id"),
            kind: try row.decode("kind"), state: try row.decode("state"), startsAt: try row.decode("starts_at"), endsAt: try row.decode("ends_at"),
            expiresAt: try row.decode("expires_at"), heldBySession: try row.decode("held_by_session"), heldSince: try row.decode("held_since"),
            sealedReason: try row.decode("sealed_reason"), feeCents: try row.decode("fee_cents", as: Int32?.self).map { Int($0) },
            cancelNoticeMinutes: try number("cancel_notice_minutes"), moveNoticeMinutes: try number("move_notice_minutes"),
            lateCancelFeeCents: try number("late_cancel_fee_cents"), cancelledBy: try row.decode("cancelled_by"),
            cancelReason: try row.decode("cancel_reason"), chargedCents: try number("charged_cents"), waitlistEntryID: try row.decode("waitlist_entry_id"),
            sequence: try number("sequence"), version: try number("version"), updatedAt: try row.decode("updated_at"))
    }
}
