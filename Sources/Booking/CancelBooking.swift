import Domain
import Foundation
import Postgres
import Web

extension BookingFeature {
    /// Cancels for the patient or, by somebody who works there, for the practice. Also releases a hold.
    /// - Parameter version: what the caller saw; `nil` does not care.
    func cancel(
        _ id: UUID, reason: Appointment.CancelReason, version: Int?, by principal: Principal, on connection: PostgresConnection
    ) async throws -> Appointment {
        let (before, day, role) = try await opened(id, version: version, by: principal, on: connection)
        guard before.state.isUpcoming else { throw BookingRefusal.wrongState(before.state) }
        guard role == .practice || day.now < before.startsAt || before.state == .held else { throw BookingRefusal.alreadyStarted }
        let canceller: Appointment.Canceller = role == .practice ? .practice : .patient
        let charge = BookingRules.charge(for: before, by: canceller, reason: reason, now: day.now)
        let cancelled = try await day.store.update(
            id, by: principal.accountID,
            """
            state = 'cancelled', expires_at = NULL, cancelled_by = \(canceller), cancel_reason = \(reason), charged_cents = \(Int32(charge)),
                sequence = sequence + 1
            """)
        try await day.store.endWaitlistEntry(of: id)
        if let entry = before.waitlistEntryID, before.state == .held { try await day.store.reopenWaitlistEntry(entry) }
        // Nobody was told of a hold, so nobody hears of its end but who waits for the time.
        try await day.announce(before.state == .held ? "booking.released" : "booking.cancelled", cancelled)
        try await day.refreshAvailability([before.time])
        if role == .practice { try await dependencies.audit(principal, "booking.cancel", "booking:\(id.text)", connection) }
        return cancelled
    }

    enum Role { case patient, practice }

    /// An appointment somebody may change, locked together with the doctor's day.
    /// - Throws: `.noSuchBooking` also for somebody else's, `.versionChanged`.
    func opened(
        _ id: UUID, version: Int?, by principal: Principal, on connection: PostgresConnection
    ) async throws -> (Appointment, DoctorsDay, Role) {
        let store = BookingStore(database: connection)
        guard let seen = try await store.appointment(id) else { throw BookingRefusal.noSuchBooking }
        let role = try await role(of: principal, in: seen, on: connection)
        let day = try await day(of: seen.doctorID, on: connection)
        guard let appointment = try await store.appointment(id, locks: true) else { throw BookingRefusal.noSuchBooking }
        guard version ?? appointment.version == appointment.version else { throw BookingRefusal.versionChanged }
        guard !appointment.isOver(at: day.now) || appointment.expiresAt == nil else { throw BookingRefusal.holdExpired }
        return (appointment, day, role)
    }

    /// What somebody is in an appointment.
    /// - Throws: `.noSuchBooking` for nobody: whether it exists is not theirs to know.
    func role(of principal: Principal, in appointment: Appointment, on database: any PostgresQuerying) async throws -> Role {
        if appointment.accountID == principal.accountID { return .patient }
        guard try await dependencies.worksFor(principal, appointment.doctorID, appointment.practiceID, database) else { throw BookingRefusal.noSuchBooking }
        return .practice
    }
}
