import Domain
import Foundation
import Postgres

/// One transaction's work on one doctor's day. Whoever has it holds the doctor's lock, so that what it reads stays true.
struct DoctorsDay: Sendable {
    let doctorID: Int64
    let doctor: BookableDoctor
    let book: ScheduleBook
    let store: BookingStore
    let connection: PostgresConnection
    private let dependencies: BookingFeature.Dependencies

    /// Waits until nobody else changes the doctor's day.
    /// - Throws: `.noSuchDoctor`.
    init(doctorID: Int64, dependencies: BookingFeature.Dependencies, on connection: PostgresConnection) async throws {
        let store = BookingStore(database: connection)
        try await store.lock(doctorID: doctorID)
        guard let doctor = try await dependencies.doctor(doctorID, connection) else { throw BookingRefusal.noSuchDoctor }
        self.doctorID = doctorID
        self.doctor = doctor
        self.store = store
        self.connection = connection
        self.dependencies = dependencies
        book = try await store.scheduleBook(doctorID: doctorID)
    }

    var now: Date { book.now }

    /// The slot that begins at a time.
    /// - Parameters:
    ///   - except: an appointment that would move there.
    ///   - staffDecides: hours, notice and limits do not count, only that nobody else is there.
    /// - Throws: `.slotTaken` for a time that is offered but taken, `.slotNotOffered` for any other.
    func slot(_ kind: VisitKind, at start: Date, _ schedule: Schedule, except: UUID? = nil, staffDecides: Bool = false) async throws -> Slot {
        guard let visit = schedule.visit(kind) else { throw BookingRefusal.slotNotOffered }
        if staffDecides { return Slot(kind: kind, practiceID: schedule.practiceID, startsAt: start, endsAt: start + visit.length) }
        let around = LocalDay(start).start - 86_400..<(LocalDay(start) + 2).start
        let moment = start..<start + 1
        let occupied = try await store.occupied(doctorID: doctorID, in: around, except: except)
        if let slot = book.calculator(schedule, occupied: occupied).slots(kind, in: moment).first { return slot }
        let isOffered = !book.calculator(schedule, occupied: []).slots(kind, in: moment).isEmpty
        let isTaken = occupied.contains { $0.takes.lowerBound < visit.takes(from: start).upperBound && visit.takes(from: start).lowerBound < $0.takes.upperBound }
        throw isOffered && isTaken ? BookingRefusal.slotTaken : .slotNotOffered
    }

    /// Ends holds and unpaid appointments that ran out, and says so.
    /// - Parameter time: only those that take part of it.
    func expireOverdue(in time: Range<Date> = .distantPast ..< .distantFuture) async throws {
        let overdue = try await store.overdue(doctorID: doctorID, in: time)
        guard !overdue.isEmpty else { return }
        var freed: [Range<Date>] = []
        for id in overdue {
            let expired = try await store.update(id, by: BookingFeature.system, "state = 'expired', expires_at = NULL")
            freed.append(expired.time)
            if let entry = expired.waitlistEntryID { try await store.reopenWaitlistEntry(entry) }
            try await announce("booking.expired", expired)
        }
        try await refreshAvailability(freed)
    }

    /// Writes the event of a change.
    func announce(_ name: String, _ appointment: Appointment, before: Appointment? = nil) async throws {
        try await BookingEvents.append(name, appointment, doctor: doctor, before: before, on: connection)
    }

    /// Brings what search knows up to date, at every practice of the doctor.
    /// - Parameter changed: times that became free or taken.
    func refreshAvailability(_ changed: [Range<Date>]) async throws {
        let days = Set(changed.flatMap { [LocalDay($0.lowerBound), LocalDay($0.upperBound)] })
        for schedule in book.schedules { try await refreshAvailability(of: schedule, days) }
    }

    /// All of the next thirty days: after a change of hours, or as time goes by.
    func refreshAvailability() async throws {
        let today = LocalDay(now)
        for schedule in book.schedules {
            let days = (0..<Availability.days).map { today + $0 }
            let occupied = try await store.occupied(doctorID: doctorID, in: today.start - 86_400..<(today + Availability.days + 1).start)
            let calculator = book.calculator(schedule, occupied: occupied)
            var availability = Availability()
            try await availability.update(days, now: now) { time in
                time.upperBound <= (today + Availability.days).start ? calculator : try await freshCalculator(schedule, time)
            }
            try await tell(availability, of: schedule, isComplete: true)
        }
    }

    private func tell(_ availability: Availability, of schedule: Schedule, isComplete: Bool = false) async throws {
        guard isComplete || availability != schedule.availability else { return }
        try await store.set(availability, of: schedule, isComplete: isComplete)
        try await dependencies.setAvailability(doctorID, schedule.practiceID, availability.nextFreeAt, availability.halfDays, connection)
    }

    private func refreshAvailability(of schedule: Schedule, _ days: Set<LocalDay>) async throws {
        var availability = schedule.availability
        try await availability.update(days, now: now) { try await freshCalculator(schedule, $0) }
        try await tell(availability, of: schedule)
    }

    /// Limits count whole days, and a buffer reaches into the next.
    private func freshCalculator(_ schedule: Schedule, _ time: Range<Date>) async throws -> SlotCalculator {
        let around = LocalDay(time.lowerBound).start - 86_400..<(LocalDay(time.upperBound) + 1).start
        return book.calculator(schedule, occupied: try await store.occupied(doctorID: doctorID, in: around))
    }
}

extension Appointment {
    var time: Range<Date> { startsAt..<endsAt }
}

extension BookingFeature {
    /// Who acts when nobody does.
    static let system = UUID(uuid: (0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0))

    func day(of doctorID: Int64, on connection: PostgresConnection) async throws -> DoctorsDay {
        try await DoctorsDay(doctorID: doctorID, dependencies: dependencies, on: connection)
    }
}
