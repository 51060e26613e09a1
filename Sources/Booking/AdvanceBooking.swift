import Domain
import Foundation
import Postgres
import Web

/// What a practice does with an appointment as its day goes on.
enum BookingStep: String, CaseIterable, Sendable {
    case approval, checkIn = "check-in", completion, noShow = "no-show"

    /// The state it leads to, and from which it may come.
    fileprivate var change: (from: Set<Appointment.State>, to: Appointment.State) {
        switch self {
        case .approval: ([.pendingApproval], .confirmed)
        case .checkIn: ([.confirmed], .checkedIn)
        case .completion: ([.confirmed, .checkedIn], .completed)
        case .noShow: ([.confirmed], .noShow)
        }
    }

    fileprivate var event: String {
        switch self {
        case .approval: "booking.confirmed"
        case .checkIn: "booking.checked-in"
        case .completion: "booking.completed"
        case .noShow: "booking.no-show"
        }
    }

    /// Nobody has come, or not come, before the time.
    fileprivate var waitsForBegin: Bool { self == .completion || self == .noShow }
}

extension BookingFeature {
    /// - Throws: `.noSuchBooking` for everybody who does not work there.
    func advance(_ id: UUID, _ step: BookingStep, version: Int?, by principal: Principal, on connection: PostgresConnection) async throws -> Appointment {
        let (before, day) = try await openedByPractice(id, version: version, by: principal, on: connection)
        let (from, state) = step.change
        guard from.contains(before.state) else { throw BookingRefusal.wrongState(before.state) }
        guard !step.waitsForBegin || before.startsAt <= day.now else { throw BookingRefusal.notYetStarted }
        let after = try await day.store.update(id, by: principal.accountID, "state = \(state)")
        try await day.announce(step.event, after)
        if !state.isLive { try await day.refreshAvailability([before.time]) }
        try await dependencies.audit(principal, "booking.\(step.rawValue)", "booking:\(id.text)", connection)
        return after
    }

    /// An appointment as somebody who works there may change it.
    func openedByPractice(
        _ id: UUID, version: Int?, by principal: Principal, on connection: PostgresConnection
    ) async throws -> (Appointment, DoctorsDay) {
        guard let seen = try await BookingStore(database: connection).appointment(id),
            try await dependencies.worksFor(principal, seen.doctorID, seen.practiceID, connection)
        else { throw BookingRefusal.noSuchBooking }
        let (appointment, day, _) = try await opened(id, version: version, by: principal, on: connection)
        return (appointment, day)
    }

    /// The patient says that they did come. Once, within a week.
    func dispute(_ id: UUID, statement: String, by principal: Principal, on connection: PostgresConnection) async throws -> Appointment {
        let store = BookingStore(database: connection)
        guard let missed = try await store.appointment(id, locks: true), missed.accountID == principal.accountID else { throw BookingRefusal.noSuchBooking }
        guard missed.state == .noShow else { throw BookingRefusal.wrongState(missed.state) }
        let isOpen = try await store.openDispute(id, sealedStatement: reasons.seal(statement), days: BookingRules.disputeDays)
        guard isOpen else { throw BookingRefusal.disputeClosed }
        return missed
    }

    /// The practice decides a dispute; one that is upheld makes the visit a completed one.
    func decideDispute(_ id: UUID, came: Bool, by principal: Principal, on connection: PostgresConnection) async throws -> Appointment {
        let (missed, day) = try await openedByPractice(id, version: nil, by: principal, on: connection)
        guard try await day.store.decideDispute(id, came: came, by: principal.accountID) else { throw BookingRefusal.disputeClosed }
        try await dependencies.audit(principal, "booking.dispute-\(came ? "upheld" : "rejected")", "booking:\(id.text)", connection)
        guard came else { return missed }
        let completed = try await day.store.update(id, by: principal.accountID, "state = 'completed'")
        try await day.announce("booking.completed", completed)
        return completed
    }
}
