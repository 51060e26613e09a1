import Domain
import Foundation
import Postgres
import Web

/// Further visits at even distances, at the same time of day.
struct FollowUpWish: Sendable {
    /// Days from one to the next.
    var everyDays: Int
    var count: Int
}

/// One of them: booked, or why not.
struct FollowUp: Sendable {
    let startsAt: Date
    let outcome: Result<Appointment, BookingRefusal>
}

extension BookingFeature {
    /// Books what is free of a series; a date that is not is told, and the others stand.
    func bookFollowUps(_ id: UUID, _ wish: FollowUpWish, by principal: Principal, on connection: PostgresConnection) async throws -> [FollowUp] {
        let (first, day, _) = try await opened(id, version: nil, by: principal, on: connection)
        guard [.confirmed, .checkedIn, .completed].contains(first.state) else { throw BookingRefusal.wrongState(first.state) }
        let schedule = try day.book.schedule(practiceID: first.practiceID)
        guard day.doctor.isVerified, schedule.rules.acceptsBookings else { throw BookingRefusal.notBookable }
        var booked: [FollowUp] = []
        for number in 1...wish.count {
            let start = first.startsAt + Double(number * wish.everyDays * 86_400)
            booked.append(FollowUp(startsAt: start, outcome: try await followUp(of: first, at: start, schedule, by: principal, day)))
        }
        return booked
    }

    private func followUp(
        of first: Appointment, at start: Date, _ schedule: Schedule, by principal: Principal, _ day: DoctorsDay
    ) async throws -> Result<Appointment, BookingRefusal> {
        do {
            let booked = try await day.connection.savepoint {
                let slot = try await day.slot(.followUp, at: start, schedule)
                let state = BookingRules.stateAfterHold(schedule.rules)
                let new = NewAppointment(
                    id: .timeOrdered(at: day.now), schedule: schedule, slot: slot, accountID: first.accountID, personID: first.personID, state: state,
                    expiresAt: state == .pendingPayment ? day.now + Double(BookingRules.paymentMinutes * 60) : nil, feeCents: day.fee(of: slot),
                    changedBy: principal.accountID)
                try await day.expireOverdue(in: new.takes)
                let booked = try await day.store.insert(new)
                try await day.announce(state == .confirmed ? "booking.confirmed" : "booking.requested", booked)
                try await day.refreshAvailability([new.takes])
                return booked
            }
            return .success(booked)
        } catch let refusal as BookingRefusal {
            return .failure(refusal)
        }
    }
}
