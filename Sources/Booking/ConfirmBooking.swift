import Domain
import Foundation
import Postgres
import Web

extension BookingFeature {
    /// Turns a hold into an appointment: to be paid, to be approved, or confirmed, as the practice has it.
    /// - Parameter reason: what the visit is for, in the person's words; kept sealed.
    func confirm(_ id: UUID, reason: String?, by principal: Principal, on connection: PostgresConnection) async throws -> Appointment {
        let store = BookingStore(database: connection)
        let held = try await ownHold(id, principal, store)
        let book = try await store.scheduleBook(doctorID: held.doctorID)
        guard !held.isOver(at: book.now) else { throw BookingRefusal.holdExpired }
        if let moved = try await moved(to: held, by: principal, on: connection) { return moved }
        let rules = try book.schedule(practiceID: held.practiceID).rules
        let state = BookingRules.stateAfterHold(rules)
        let expiresAt = state == .pendingPayment ? book.now + Double(BookingRules.paymentMinutes * 60) : nil
        let sealed = try reason.map(reasons.seal)
        let confirmed = try await store.update(
            id, by: principal.accountID, "state = \(state), expires_at = \(expiresAt), sealed_reason = \(sealed)")
        try await announce(confirmed, as: "booking.\(state == .confirmed ? "confirmed" : "requested")", on: connection)
        return confirmed
    }

    /// What the Payments feature says: the fee is paid.
    func paid(_ id: UUID, on connection: PostgresConnection) async throws -> Appointment {
        let store = BookingStore(database: connection)
        guard let unpaid = try await store.appointment(id, locks: true) else { throw BookingRefusal.noSuchBooking }
        guard unpaid.state == .pendingPayment else { throw BookingRefusal.wrongState(unpaid.state) }
        let rules = try await store.scheduleBook(doctorID: unpaid.doctorID).schedule(practiceID: unpaid.practiceID).rules
        let state: Appointment.State = rules.needsApproval ? .pendingApproval : .confirmed
        let paid = try await store.update(id, by: Self.system, "state = \(state), expires_at = NULL")
        try await announce(paid, as: state == .confirmed ? "booking.confirmed" : "booking.requested", on: connection)
        return paid
    }

    private func announce(_ appointment: Appointment, as name: String, before: Appointment? = nil, on connection: PostgresConnection) async throws {
        guard let doctor = try await dependencies.doctor(appointment.doctorID, connection) else { throw BookingRefusal.noSuchDoctor }
        try await BookingEvents.append(name, appointment, doctor: doctor, before: before, on: connection)
    }
}
