import Domain
import Foundation
import Postgres
import Testing
import Web

@testable import Booking

@Suite("From the hold to what came of it", .enabled(if: TestDatabase.isAvailable, TestDatabase.hint))
struct BookingLifecycleTests {
    @Test("An appointment that moves keeps its id and calendar UID, its sequence rises, its history is kept and cannot be changed")
    func moving() async throws {
        try await BookingSite.with { site in
            let (patient, times) = (site.patient(), try await site.slots().map(\.startsAt))
            let booked = try await site.book(times[0], by: patient)
            let moved = try await site.move(booked.id, to: times[3], by: patient)
            #expect((moved.id, moved.sequence, moved.state) == (booked.id, booked.sequence + 1, .confirmed))
            #expect(moved.startsAt == times[3])
            let cancelled = try await site.cancel(booked.id, by: patient)
            #expect((cancelled.sequence, cancelled.state, cancelled.cancelledBy) == (moved.sequence + 1, .cancelled, .patient))
            let history = try await BookingStore(database: site.pool).history(booked.id)
            #expect(history.map(\.state) == [.held, .confirmed, .confirmed, .cancelled])
            #expect(history.map(\.startsAt) == [times[0], times[0], times[3], times[3]])
            await #expect(throws: PostgresError.self) { try await site.pool.query("DELETE FROM booking_history") }
            await #expect(throws: PostgresError.self) { try await site.pool.query("UPDATE bookings SET state = 'confirmed'") }
            #expect(try await site.slots().map(\.startsAt).contains(times[3]), "the time is free again")
        }
    }

    @Test("A hold belongs to its session; it can be made longer up to thirty minutes and ends by itself")
    func holds() async throws {
        try await BookingSite.with { site in
            let (patient, times) = (site.patient(), try await site.slots().map(\.startsAt))
            let held = try await site.hold(times[0], by: patient)
            let otherSession = Principal(accountID: patient.accountID, sessionID: UUID(), roles: [.patient])
            await refused(.heldElsewhere) { try await site.pool.transaction { try await site.feature.confirm(held.id, reason: nil, by: otherSession, on: $0) } }
            await refused(.noSuchBooking) { try await site.pool.transaction { try await site.feature.confirm(held.id, reason: nil, by: site.patient(), on: $0) } }
            try await site.pool.query("UPDATE bookings SET held_since = clock_timestamp() - interval '25 minutes', expires_at = clock_timestamp() + interval '1 minute'")
            let longer = try await site.pool.transaction { try await site.feature.extendHold(held.id, by: patient, on: $0) }
            let expiry = try #require(longer.expiresAt)
            #expect(abs(expiry.timeIntervalSince(Date() + 300)) < 5, "five of the thirty minutes are left")
            await refused(.holdAtItsLongest) { try await site.pool.transaction { try await site.feature.extendHold(held.id, by: patient, on: $0) } }
            try await site.pool.query("UPDATE bookings SET expires_at = clock_timestamp() - interval '1 second'")
            await refused(.holdExpired) { try await site.pool.transaction { try await site.feature.confirm(held.id, reason: nil, by: patient, on: $0) } }
            try await site.book(times[0], by: site.patient())
        }
    }

    @Test("One account holds three times at most")
    func mostHolds() async throws {
        try await BookingSite.with { site in
            let (patient, times) = (site.patient(), try await site.slots().map(\.startsAt))
            for time in times.prefix(3) { try await site.hold(time, by: patient) }
            await refused(.tooManyHolds) { try await site.hold(times[3], by: patient) }
        }
    }

    @Test("Only verified doctors are booked, and an unverified one offers nothing")
    func verification() async throws {
        try await BookingSite.with { site in
            let time = try await site.slots()[0].startsAt
            try await site.pool.query("UPDATE doctors SET verification_state = 'in_review'")
            #expect(try await site.slots().isEmpty)
            await refused(.notBookable) { try await site.hold(time, by: site.patient()) }
        }
    }

    @Test("Approval, check-in and completion go in their order and are the practice's alone; a missed visit can be disputed")
    func practice() async throws {
        try await BookingSite.with { site in
            try await site.setHours { $0.rules.needsApproval = true }
            let (patient, times) = (site.patient(), try await site.slots().map(\.startsAt))
            let asked = try await site.book(times[0], by: patient)
            #expect(asked.state == .pendingApproval)
            await refused(.noSuchBooking) { try await advance(site, asked.id, .approval, by: patient) }
            let confirmed = try await advance(site, asked.id, .approval, by: site.staff)
            #expect(confirmed.state == .confirmed)
            await refused(.notYetStarted) { try await advance(site, asked.id, .noShow, by: site.staff) }
            await refused(.versionChanged) { try await advance(site, asked.id, .checkIn, version: asked.version, by: site.staff) }
            try await site.pool.query(
                "UPDATE bookings SET starts_at = starts_at - interval '3 days', ends_at = ends_at - interval '3 days', takes = tstzrange(lower(takes) - interval '3 days', upper(takes) - interval '3 days')")
            #expect(try await advance(site, asked.id, .noShow, by: site.staff).state == .noShow)
            _ = try await site.pool.transaction { try await site.feature.dispute(asked.id, statement: "I was there", by: patient, on: $0) }
            await refused(.disputeClosed) { try await site.pool.transaction { try await site.feature.dispute(asked.id, statement: "Again", by: patient, on: $0) } }
            let decided = try await site.pool.transaction { try await site.feature.decideDispute(asked.id, came: true, by: site.staff, on: $0) }
            #expect(decided.state == .completed)
        }
    }

    @Test("A late cancellation costs what was agreed when booking, whatever the practice charges now")
    func lateFee() async throws {
        try await BookingSite.with { site in
            try await site.setHours { ($0.rules.lateCancelFeeCents, $0.rules.cancelNoticeMinutes) = (15_000, 43_200) }
            let (patient, times) = (site.patient(), try await site.slots().map(\.startsAt))
            let (first, second) = (try await site.book(times[0], by: patient), try await site.book(times[1], by: patient))
            try await site.setHours { $0.rules.lateCancelFeeCents = 99_000 }
            let cancelled = try await site.cancel(first.id, by: patient)
            #expect(cancelled.chargedCents == 15_000)
            let hospital = try await site.pool.transaction { try await site.feature.cancel(second.id, reason: .hospitalised, version: nil, by: patient, on: $0) }
            #expect(hospital.chargedCents == 0)
        }
    }

    @Test("Follow-ups at even distances: what is free is booked, what is not is told")
    func followUps() async throws {
        try await BookingSite.with { site in
            let (patient, times) = (site.patient(), try await site.slots().map(\.startsAt))
            let first = try await site.book(times[0], by: patient)
            let taken = try await site.book(times[0] + 14 * 86_400, by: site.patient())
            let series = try await site.pool.transaction { try await site.feature.bookFollowUps(first.id, FollowUpWish(everyDays: 7, count: 3), by: patient, on: $0) }
            let codes = series.map { followUp in if case .failure(let refusal) = followUp.outcome { "\(refusal)" } else { "booked" } }
            #expect(codes == ["booked", "slotTaken", "booked"])
            #expect(series[1].startsAt == taken.startsAt)
            #expect(try await site.count("kind = 'follow_up' AND state = 'confirmed'") == 2)
            #expect(try await site.overlaps() == 0)
        }
    }

    @Test("Staff may go beyond hours and notice with a reason, but never over somebody's time; nobody else may")
    func override() async throws {
        try await BookingSite.with { site in
            let night = (LocalDay(Date()) + 2).at(minute: 22 * 60)
            func hold(by principal: Principal, at time: Date) async throws -> Appointment {
                let wish = HoldWish(doctorID: site.doctorID, practiceID: site.practiceID, kind: .firstVisit, startsAt: time, overrideReason: "Emergency slot")
                return try await site.pool.transaction { try await site.feature.hold(wish, by: principal, on: $0) }
            }
            await refused(.notAllowed) { try await hold(by: site.patient(), at: night) }
            let squeezed = try await hold(by: site.staff, at: night)
            #expect(squeezed.startsAt == night)
            await refused(.slotTaken) {
                try await hold(by: Principal(accountID: UUID(), sessionID: UUID(), roles: [.staff]), at: night + 600)
            }
        }
    }

    @Test("Leave closes times but not what is booked, which is told")
    func leave() async throws {
        try await BookingSite.with { site in
            let slots = try await site.slots()
            let booked = try await site.book(slots[2].startsAt, by: site.patient())
            let day = LocalDay(slots[2].startsAt)
            let leave = ScheduleException(during: day.start..<(day + 1).start, opens: false, practiceID: nil)
            let (id, affected) = try await site.pool.transaction { try await site.feature.addException(doctorID: site.doctorID, leave, by: site.staff, on: $0) }
            #expect(affected.map(\.id) == [booked.id])
            #expect(try await site.slots().allSatisfy { LocalDay($0.startsAt) != day })
            var availability = try await site.availability()
            #expect(availability.told == availability.true)
            try await site.pool.transaction { try await site.feature.removeException(id, doctorID: site.doctorID, by: site.staff, on: $0) }
            availability = try await site.availability()
            #expect(availability.told == availability.true)
            #expect(try await site.slots().contains { LocalDay($0.startsAt) == day })
        }
    }

    private func advance(_ site: BookingSite, _ id: UUID, _ step: BookingStep, version: Int? = nil, by principal: Principal) async throws -> Appointment {
        try await site.pool.transaction { try await site.feature.advance(id, step, version: version, by: principal, on: $0) }
    }
}

func refused(_ refusal: BookingRefusal, _ body: () async throws -> some Any, sourceLocation: SourceLocation = #_sourceLocation) async {
    await #expect(throws: refusal, sourceLocation: sourceLocation) { _ = try await body() }
}
