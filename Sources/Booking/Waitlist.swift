import Domain
import Foundation
import Jobs
import Postgres
import Web

/// Somebody who wants an earlier time with a doctor, or any.
struct WaitlistEntry: Sendable, Equatable {
    enum State: String, Sendable { case waiting, offered, served, left }
    let id: UUID
    let doctorID: Int64
    let practiceID: Int64
    let kind: VisitKind
    let accountID: UUID
    let personID: UUID
    /// The appointment that would move.
    let bookingID: UUID?
    let wants: Range<Date>
    let state: State
}

struct WaitlistWish: Sendable {
    var doctorID: Int64
    var practiceID: Int64
    var kind: VisitKind
    var personID: UUID?
    var bookingID: UUID?
    /// Times that would do.
    var from: Date?
    var until: Date
}

extension BookingFeature {
    /// - Throws: `.alreadyWaiting` for a person who waits for this doctor.
    func joinWaitlist(_ wish: WaitlistWish, by principal: Principal, on connection: PostgresConnection) async throws -> WaitlistEntry {
        let store = BookingStore(database: connection)
        let person = try await person(wish.personID, of: principal, on: connection)
        guard let doctor = try await dependencies.doctor(wish.doctorID, connection) else { throw BookingRefusal.noSuchDoctor }
        let book = try await store.scheduleBook(doctorID: wish.doctorID)
        let schedule = try book.schedule(practiceID: wish.practiceID)
        guard doctor.isVerified, schedule.rules.acceptsBookings, schedule.visit(wish.kind) != nil else { throw BookingRefusal.notBookable }
        var until = wish.until
        if let bookingID = wish.bookingID {
            guard let own = try await store.appointment(bookingID), own.accountID == principal.accountID, own.doctorID == wish.doctorID, own.personID == person
            else { throw BookingRefusal.noSuchBooking }
            guard [.confirmed, .pendingApproval, .pendingPayment].contains(own.state) else { throw BookingRefusal.wrongState(own.state) }
            until = min(until, own.startsAt)
        }
        let from = max(wish.from ?? book.now, book.now)
        guard from < until else { throw BookingRefusal.slotNotOffered }
        let entry = WaitlistEntry(
            id: .timeOrdered(at: book.now), doctorID: wish.doctorID, practiceID: wish.practiceID, kind: wish.kind, accountID: principal.accountID,
            personID: person, bookingID: wish.bookingID, wants: from..<until, state: .waiting)
        try await store.endUselessEntries(personID: person, doctorID: wish.doctorID)
        guard try await store.insert(entry) else { throw BookingRefusal.alreadyWaiting }
        return entry
    }

    /// Waits for any time before an appointment's, with the same doctor at the same practice; does nothing where it is waited for already.
    func waitForEarlier(than bookingID: UUID, by principal: Principal, on connection: PostgresConnection) async throws -> Appointment {
        let own = try await ownAppointment(bookingID, by: principal, on: connection)
        let wish = WaitlistWish(
            doctorID: own.doctorID, practiceID: own.practiceID, kind: own.kind, personID: own.personID, bookingID: own.id, from: nil, until: own.startsAt)
        if try await BookingStore(database: connection).waitlistEntry(for: own) == nil {
            _ = try await joinWaitlist(wish, by: principal, on: connection)
        }
        return own
    }

    /// Waits no longer for an earlier time than an appointment's.
    func stopWaitingForEarlier(than bookingID: UUID, by principal: Principal, on connection: PostgresConnection) async throws -> Appointment {
        let own = try await ownAppointment(bookingID, by: principal, on: connection)
        if let entry = try await BookingStore(database: connection).waitlistEntry(for: own) {
            try await leaveWaitlist(entry, by: principal, on: connection)
        }
        return own
    }

    private func ownAppointment(_ id: UUID, by principal: Principal, on connection: PostgresConnection) async throws -> Appointment {
        guard let own = try await BookingStore(database: connection).appointment(id), own.accountID == principal.accountID else {
            throw BookingRefusal.noSuchBooking
        }
        return own
    }

    func leaveWaitlist(_ id: UUID, by principal: Principal, on connection: PostgresConnection) async throws {
        let store = BookingStore(database: connection)
        guard let entry = try await store.waitlistEntry(id, locks: true), entry.accountID == principal.accountID else { throw BookingRefusal.noSuchEntry }
        if [.waiting, .offered].contains(entry.state) { try await store.setWaitlistState(id, .left) }
    }

    /// Offers a time that became free to who waited longest, for half an hour: hears of appointments that end or move.
    public var waitlistOffers: Subscriber {
        Subscriber(name: "booking.waitlist", events: ["booking.cancelled", "booking.rescheduled", "booking.expired", "booking.released", "booking.no-show"]) { event, connection in
            guard let freed = try? JSONDecoder().decode(FreedTime.self, from: Data(event.payload)), let doctorID = Int64(freed.doctor_id),
                let time = freed.time
            else { return }
            try await offer(time, of: doctorID, on: connection)
        }
    }

    /// Fields of an event's payload.
    private struct FreedTime: Decodable {
        let doctor_id: String
        let starts_at: String
        let ends_at: String
        let old_starts_at: String?
        let old_ends_at: String?

        var time: Range<Date>? {
            guard let start = try? Date(old_starts_at ?? starts_at, strategy: .iso8601), let end = try? Date(old_ends_at ?? ends_at, strategy: .iso8601), start < end
            else { return nil }
            return start..<end
        }
    }

    private func offer(_ time: Range<Date>, of doctorID: Int64, on connection: PostgresConnection) async throws {
        let entries = try await BookingStore(database: connection).waiting(doctorID: doctorID, at: time.lowerBound)
        guard !entries.isEmpty else { return }
        let day = try await day(of: doctorID, on: connection)
        guard day.doctor.isVerified else { return }
        for entry in entries {
            if try await offer(time, to: entry, day) { return }
        }
    }

    /// - Returns: whether the person has the offer now.
    private func offer(_ time: Range<Date>, to entry: WaitlistEntry, _ day: DoctorsDay) async throws -> Bool {
        guard let schedule = try? day.book.schedule(practiceID: entry.practiceID) else { return false }
        let wanted = max(time.lowerBound, entry.wants.lowerBound)..<min(time.upperBound, entry.wants.upperBound)
        guard wanted.lowerBound < wanted.upperBound, let slot = try await day.slots(entry.kind, schedule, in: wanted).first else { return false }
        guard try await !day.store.wasOffered(slot.startsAt, entry.id) else { return false }
        do {
            try await day.connection.savepoint {
                let new = NewAppointment(
                    id: .timeOrdered(at: day.now), schedule: schedule, slot: slot, accountID: entry.accountID, personID: entry.personID,
                    expiresAt: day.now + Double(BookingRules.offerMinutes * 60), feeCents: day.fee(of: slot), waitlistEntryID: entry.id, changedBy: Self.system)
                try await day.expireOverdue(in: new.takes)
                let offered = try await day.store.insert(new)
                try await day.store.setWaitlistState(entry.id, .offered)
                try await day.announce("waitlist.offered", offered)
                try await day.refreshAvailability([new.takes])
            }
            return true
        } catch let refusal as BookingRefusal where refusal == .personBusy || refusal == .slotTaken {
            return false
        }
    }
}

extension DoctorsDay {
    func slots(_ kind: VisitKind, _ schedule: Schedule, in time: Range<Date>) async throws -> [Slot] {
        let around = LocalDay(time.lowerBound).start - 86_400..<(LocalDay(time.upperBound) + 2).start
        return book.calculator(schedule, occupied: try await store.occupied(doctorID: doctorID, in: around)).slots(kind, in: time)
    }
}

extension WaitlistEntry.State: PostgresCodable {}

extension BookingStore {
    /// - Returns: false when the person waits for this doctor already.
    func insert(_ entry: WaitlistEntry) async throws -> Bool {
        try await !database.query(
            """
            INSERT INTO booking_waitlist (entry_id, doctor_id, practice_id, kind, account_id, person_id, booking_id, wants)
            VALUES (\(entry.id), \(entry.doctorID), \(entry.practiceID), \(entry.kind), \(entry.accountID), \(entry.personID), \(entry.bookingID), \(PostgresRange(entry.wants)))
            ON CONFLICT DO NOTHING RETURNING entry_id
            """
        ).isEmpty
    }

    func waitlistEntry(_ id: UUID, locks: Bool = false) async throws -> WaitlistEntry? {
        try await database.query(
            "SELECT *, lower(wants) AS wants_from, upper(wants) AS wants_until FROM booking_waitlist WHERE entry_id = \(id)\(unescaped: locks ? " FOR NO KEY UPDATE" : "")"
        ).first.map(WaitlistEntry.init)
    }

    /// Those of an account that are open, the oldest first.
    func waitlist(accountID: UUID) async throws -> [WaitlistEntry] {
        try await database.query(
            """
            SELECT *, lower(wants) AS wants_from, upper(wants) AS wants_until FROM booking_waitlist
            WHERE account_id = \(accountID) AND state IN ('waiting', 'offered') AND upper(wants) > clock_timestamp() ORDER BY entry_id LIMIT 100
            """
        ).map(WaitlistEntry.init)
    }

    /// Where the person of an appointment waits for an earlier time than that.
    func waitlistEntry(for appointment: Appointment) async throws -> UUID? {
        try await database.query(
            "SELECT entry_id FROM booking_waitlist WHERE booking_id = \(appointment.id) AND state IN ('waiting', 'offered') LIMIT 1"
        ).first?.decode("entry_id")
    }

    /// Those who would take a time with a doctor, who waited longest first.
    func waiting(doctorID: Int64, at start: Date) async throws -> [WaitlistEntry] {
        try await database.query(
            """
            SELECT w.*, lower(w.wants) AS wants_from, upper(w.wants) AS wants_until
            FROM booking_waitlist w LEFT JOIN bookings b ON b.booking_id = w.booking_id
            WHERE w.doctor_id = \(doctorID) AND w.state = 'waiting' AND w.wants @> \(start)
                AND (w.booking_id IS NULL OR b.starts_at > \(start) AND b.state IN ('pending_payment', 'pending_approval', 'confirmed'))
            ORDER BY w.created_at, w.entry_id LIMIT 50
            """
        ).map(WaitlistEntry.init)
    }

    func setWaitlistState(_ id: UUID, _ state: WaitlistEntry.State) async throws {
        try await database.query("UPDATE booking_waitlist SET state = \(state) WHERE entry_id = \(id)")
    }

    /// Ends what can come to nothing any more: the times wanted are over, or the appointment that would move is.
    func endUselessEntries(personID: UUID, doctorID: Int64) async throws {
        try await database.query(
            """
            UPDATE booking_waitlist w SET state = 'left'
            WHERE person_id = \(personID) AND doctor_id = \(doctorID) AND state = 'waiting' AND (upper(wants) <= clock_timestamp() OR EXISTS (
                SELECT FROM bookings b WHERE b.booking_id = w.booking_id AND b.state NOT IN ('pending_payment', 'pending_approval', 'confirmed')))
            """)
    }

    /// Times before an appointment's are wanted by its new beginning.
    func moveWaitlistEntry(of bookingID: UUID, to start: Date) async throws {
        try await database.query(
            """
            UPDATE booking_waitlist SET wants = CASE WHEN lower(wants) < \(start) THEN tstzrange(lower(wants), \(start)) ELSE wants END,
                state = CASE WHEN lower(wants) < \(start) THEN state ELSE 'left' END
            WHERE booking_id = \(bookingID) AND state = 'waiting'
            """)
    }

    /// An appointment that is no more waits for nothing.
    func endWaitlistEntry(of bookingID: UUID) async throws {
        try await database.query("UPDATE booking_waitlist SET state = 'left' WHERE booking_id = \(bookingID) AND state = 'waiting'")
    }

    /// Somebody who did not take an offer waits on.
    func reopenWaitlistEntry(_ id: UUID) async throws {
        try await database.query("UPDATE booking_waitlist SET state = 'waiting' WHERE entry_id = \(id) AND state = 'offered'")
    }

    /// Whether somebody had the offer of this time before.
    func wasOffered(_ start: Date, _ entryID: UUID) async throws -> Bool {
        try await database.query("SELECT EXISTS (SELECT FROM bookings WHERE waitlist_entry_id = \(entryID) AND starts_at = \(start)) AS was")[0].decode("was")
    }
}

extension WaitlistEntry {
    fileprivate init(_ row: PostgresRow) throws {
        self.init(
            id: try row.decode("entry_id"), doctorID: try row.decode("doctor_id"), practiceID: try row.decode("practice_id"), kind: try row.decode("kind"),
            accountID: try row.decode("account_id"), personID: try row.decode("person_id"), bookingID: try row.decode("booking_id"),
            wants: try row.decode("wants_from", as: Date.self)..<row.decode("wants_until", as: Date.self), state: try row.decode("state"))
    }
}
