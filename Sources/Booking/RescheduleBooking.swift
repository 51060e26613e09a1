import Domain
import Foundation
import Postgres
import Web

/// Where an appointment should go.
struct MoveWish: Sendable {
    var startsAt: Date
    /// `nil`: where it is.
    var practiceID: Int64?
    var version: Int?
    var overrideReason: String?
}

extension BookingFeature {
    /// Moves an appointment in place: the same booking and calendar UID, its history kept.
    func reschedule(_ id: UUID, to wish: MoveWish, by principal: Principal, on connection: PostgresConnection) async throws -> Appointment {
        let (before, day, role) = try await opened(id, version: wish.version, by: principal, on: connection)
        guard wish.overrideReason == nil || role == .practice else { throw BookingRefusal.notAllowed }
        if role == .patient { try BookingRules.checkMovable(before, now: day.now) }
        guard [.pendingPayment, .pendingApproval, .confirmed].contains(before.state) else { throw BookingRefusal.wrongState(before.state) }
        let schedule = try day.book.schedule(practiceID: wish.practiceID ?? before.practiceID)
        let slot = try await day.slot(before.kind, at: wish.startsAt, schedule, except: id, staffDecides: wish.overrideReason != nil)
        let moved = try await move(before, to: slot, schedule, asks: role == .patient, by: principal, day)
        if role == .practice {
            try await dependencies.audit(principal, wish.overrideReason == nil ? "booking.move" : "booking.override", "booking:\(id.text)", connection)
        }
        return moved
    }

    /// An offer from the waiting list for somebody who has an appointment: that one moves, and the offer is used up.
    /// - Returns: `nil` when the hold is no such offer.
    func moved(to offer: Appointment, by principal: Principal, on connection: PostgresConnection) async throws -> Appointment? {
        let store = BookingStore(database: connection)
        guard let entryID = offer.waitlistEntryID, let entry = try await store.waitlistEntry(entryID, locks: true) else { return nil }
        try await store.setWaitlistState(entryID, .served)
        guard let bookingID = entry.bookingID else { return nil }
        let day = try await day(of: offer.doctorID, on: connection)
        guard let before = try await store.appointment(bookingID, locks: true), [.confirmed, .pendingApproval, .pendingPayment].contains(before.state) else { return nil }
        let schedule = try day.book.schedule(practiceID: offer.practiceID)
        _ = try await store.update(
            offer.id, by: principal.accountID, "state = 'cancelled', expires_at = NULL, cancelled_by = 'system', cancel_reason = 'other'")
        let slot = Slot(kind: offer.kind, practiceID: offer.practiceID, startsAt: offer.startsAt, endsAt: offer.endsAt)
        return try await move(before, to: slot, schedule, asks: false, by: principal, day)
    }

    private func move(
        _ before: Appointment, to slot: Slot, _ schedule: Schedule, asks: Bool, by principal: Principal, _ day: DoctorsDay
    ) async throws -> Appointment {
        let takes = schedule.visit(slot.kind)?.takes(from: slot.startsAt) ?? slot.startsAt..<slot.endsAt
        try await day.expireOverdue(in: takes)
        let state: Appointment.State = asks && schedule.rules.needsApproval && before.state == .confirmed ? .pendingApproval : before.state
        let moved = try await day.store.update(
            before.id, by: principal.accountID,
            """
            starts_at = \(slot.startsAt), ends_at = \(slot.endsAt), takes = \(PostgresRange(takes)), practice_id = \(schedule.practiceID),
                schedule_id = \(schedule.id), kind = \(slot.kind), state = \(state), sequence = sequence + 1
            """)
        try await day.store.moveWaitlistEntry(of: before.id, to: slot.startsAt)
        try await day.announce("booking.rescheduled", moved, before: before)
        try await day.refreshAvailability([before.time, takes])
        return moved
    }
}
