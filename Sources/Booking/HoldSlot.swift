import Domain
import Foundation
import Postgres
import Web

/// What somebody wants to hold.
struct HoldWish: Sendable {
    /// `nil`: any doctor of the practice.
    var doctorID: Int64?
    var practiceID: Int64
    var kind: VisitKind
    var startsAt: Date
    /// `nil`: the account's own person.
    var personID: UUID?
    /// Staff's reason to go beyond hours, notice and limits.
    var overrideReason: String?
}

extension BookingFeature {
    /// Holds a time for ten minutes. Nobody else gets it meanwhile.
    /// - Throws: `BookingRefusal`.
    func hold(_ wish: HoldWish, by principal: Principal, on connection: PostgresConnection) async throws -> Appointment {
        let person = try await person(wish.personID, of: principal, on: connection)
        guard let doctorID = wish.doctorID else { return try await holdAnyDoctor(wish, person, principal, on: connection) }
        return try await hold(wish, with: doctorID, for: person, by: principal, on: connection)
    }

    /// The first doctor of the practice who is free, those with the emptiest day first.
    private func holdAnyDoctor(_ wish: HoldWish, _ person: UUID, _ principal: Principal, on connection: PostgresConnection) async throws -> Appointment {
        let doctors = try await BookingStore(database: connection).doctors(practiceID: wish.practiceID, on: LocalDay(wish.startsAt))
        guard !doctors.isEmpty else { throw BookingRefusal.noSuchPractice }
        var refusal = BookingRefusal.slotNotOffered
        for doctorID in doctors {
            do {
                return try await connection.savepoint { try await hold(wish, with: doctorID, for: person, by: principal, on: connection) }
            } catch let error as BookingRefusal where [.slotTaken, .slotNotOffered, .notBookable, .noSuchDoctor].contains(error) {
                if error == .slotTaken { refusal = error }
            }
        }
        throw refusal
    }

    private func hold(
        _ wish: HoldWish, with doctorID: Int64, for person: UUID, by principal: Principal, on connection: PostgresConnection
    ) async throws -> Appointment {
        let facts = try await BookingStore(database: connection).facts(accountID: principal.accountID, personID: person, doctorID: doctorID, at: wish.startsAt)
        // What ran out may stand in the person's way with another doctor.
        for other in facts.overdueDoctorIDs where other != doctorID { try await day(of: other, on: connection).expireOverdue() }
        let day = try await day(of: doctorID, on: connection)
        let schedule = try day.book.schedule(practiceID: wish.practiceID)
        guard day.doctor.isVerified, schedule.rules.acceptsBookings else { throw BookingRefusal.notBookable }
        let isOverridden = try await checkOverride(wish, doctorID, principal, on: connection)
        if !isOverridden {
            guard facts.holds < BookingRules.mostHolds else { throw BookingRefusal.tooManyHolds }
            try BookingRules.admit(visitsBefore: facts.visits, kind: wish.kind, schedule.rules)
        }
        let slot = try await day.slot(wish.kind, at: wish.startsAt, schedule, staffDecides: isOverridden)
        let new = NewAppointment(
            id: .timeOrdered(at: day.now), schedule: schedule, slot: slot, accountID: principal.accountID, personID: person,
            expiresAt: day.now + Double(BookingRules.holdMinutes * 60), heldBySession: principal.sessionID,
            feeCents: day.fee(of: slot), changedBy: principal.accountID)
        try await day.expireOverdue(in: new.takes)
        let held = try await day.store.insert(new)
        try await day.announce("booking.held", held)
        try await day.refreshAvailability([new.takes])
        return held
    }

    /// Whom somebody books for: who is named, or themselves.
    func person(_ named: UUID?, of principal: Principal, on connection: PostgresConnection) async throws -> UUID {
        let persons = try await dependencies.persons(principal.accountID, connection)
        guard let person = named == nil ? persons.first : persons.first(where: { $0.id == named }) else { throw BookingRefusal.notYourPerson }
        return person.id
    }

    /// - Returns: whether staff decides; written to the audit log.
    private func checkOverride(_ wish: HoldWish, _ doctorID: Int64, _ principal: Principal, on connection: PostgresConnection) async throws -> Bool {
        guard wish.overrideReason != nil else { return false }
        guard try await dependencies.worksFor(principal, doctorID, wish.practiceID, connection) else { throw BookingRefusal.notAllowed }
        try await dependencies.audit(principal, "booking.override", "doctor:\(doctorID)", connection)
        return true
    }

    /// More time for a hold, up to thirty minutes in all.
    func extendHold(_ id: UUID, by principal: Principal, on connection: PostgresConnection) async throws -> Appointment {
        let store = BookingStore(database: connection)
        let held = try await ownHold(id, principal, store)
        let now = try await store.now()
        guard !held.isOver(at: now) else { throw BookingRefusal.holdExpired }
        let latest = held.heldSince + Double(BookingRules.longestHoldMinutes * 60)
        let until = min(now + Double(BookingRules.holdMinutes * 60), latest)
        guard let before = held.expiresAt, until > before else { throw BookingRefusal.holdAtItsLongest }
        return try await store.update(id, by: principal.accountID, "expires_at = \(until)")
    }

    /// A held time of this very session, locked.
    func ownHold(_ id: UUID, _ principal: Principal, _ store: BookingStore) async throws -> Appointment {
        guard let held = try await store.appointment(id, locks: true), held.accountID == principal.accountID else { throw BookingRefusal.noSuchBooking }
        guard held.state == .held else { throw held.state == .expired ? BookingRefusal.holdExpired : .wrongState(held.state) }
        guard held.heldBySession ?? principal.sessionID == principal.sessionID else { throw BookingRefusal.heldElsewhere }
        return held
    }
}

extension DoctorsDay {
    /// What a visit costs, as far as the practice says.
    func fee(of slot: Slot) -> Int? { doctor.practices.first { $0.id == slot.practiceID }?.feesCents[slot.kind.rawValue] }
}

extension PostgresConnection {
    /// Undoes what `body` did when it throws, and leaves the transaction usable.
    func savepoint<Value>(_ body: () async throws -> Value) async throws -> Value {
        try await query("SAVEPOINT attempt")
        do {
            let value = try await body()
            try await query("RELEASE SAVEPOINT attempt")
            return value
        } catch {
            try await query("ROLLBACK TO SAVEPOINT attempt")
            throw error
        }
    }
}
