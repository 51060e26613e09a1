import Domain
import Foundation
import Jobs
import Postgres
import Testing
import Web

@testable import Booking

@Suite("The waiting list", .enabled(if: TestDatabase.isAvailable, TestDatabase.hint))
struct WaitlistTests {
    @Test("A time that becomes free is offered to who waited longest, then to the next; who takes it has their appointment moved there")
    func offers() async throws {
        try await BookingSite.with { site in
            let times = try await site.slots().map(\.startsAt)
            let (holder, first, second) = (site.patient(), site.patient(), site.patient())
            let early = try await site.book(times[0], by: holder)
            let late = try await site.book(times[9], by: second)
            let entry = try await join(site, first, until: times[5])
            let other = try await join(site, second, until: times[20], booking: late.id)
            await refused(.alreadyWaiting) { try await join(site, first, until: times[5]) }
            #expect(other.wants.upperBound == times[9], "an earlier time than the one they have")

            _ = try await site.cancel(early.id, by: holder)
            try await heard(site)
            let offer = try #require(try await offers(site).first)
            #expect((offer.accountID, offer.startsAt, offer.waitlistEntryID) == (first.accountID, times[0], entry.id))

            try await site.pool.query("UPDATE bookings SET expires_at = clock_timestamp() - interval '1 second' WHERE state = 'held'")
            try await site.feature.expireHolds()
            try await heard(site)
            let next = try #require(try await offers(site).first)
            #expect(next.accountID == second.accountID, "nobody is offered the same time twice")
            let moved = try await site.pool.transaction { try await site.feature.confirm(next.id, reason: nil, by: second, on: $0) }
            #expect((moved.id, moved.startsAt, moved.sequence) == (late.id, times[0], 1))
            #expect(try await site.overlaps() == 0)
            #expect(try await site.slots().map(\.startsAt).contains(times[9]))
            let availability = try await site.availability()
            #expect(availability.told == availability.true)
        }
    }

    @Test("Who waits for an earlier time than their appointment's waits once, stops when they say so, and nobody waits with somebody else's")
    func earlier() async throws {
        try await BookingSite.with { site in
            let times = try await site.slots().map(\.startsAt)
            let (patient, stranger) = (site.patient(), site.patient())
            let own = try await site.book(times[9], by: patient)
            func wait(_ principal: Principal) async throws {
                _ = try await site.pool.transaction { try await site.feature.waitForEarlier(than: own.id, by: principal, on: $0) }
            }
            func waiting() async throws -> [WaitlistEntry] { try await BookingStore(database: site.pool).waitlist(accountID: patient.accountID) }
            try await wait(patient)
            try await wait(patient)
            #expect(try await waiting().map(\.bookingID) == [own.id])
            #expect(try await waiting().map(\.wants.upperBound) == [times[9]])
            await refused(.noSuchBooking) { try await wait(stranger) }
            await refused(.noSuchBooking) {
                _ = try await site.pool.transaction { try await site.feature.stopWaitingForEarlier(than: own.id, by: stranger, on: $0) }
            }
            for _ in 1...2 { _ = try await site.pool.transaction { try await site.feature.stopWaitingForEarlier(than: own.id, by: patient, on: $0) } }
            #expect(try await waiting().isEmpty)
            try await wait(patient)
            #expect(try await waiting().count == 1)
        }
    }

    @Test("Who moved to an earlier time is offered none behind it, who cancelled nothing, and a list that came to nothing keeps nobody from the next")
    func afterChanges() async throws {
        try await BookingSite.with { site in
            let times = try await site.slots().map(\.startsAt)
            let (patient, holder) = (site.patient(), site.patient())
            let own = try await site.book(times[9], by: patient)
            let early = try await site.book(times[5], by: holder)
            func wait() async throws { _ = try await site.pool.transaction { try await site.feature.waitForEarlier(than: own.id, by: patient, on: $0) } }
            func waiting() async throws -> [WaitlistEntry] { try await BookingStore(database: site.pool).waitlist(accountID: patient.accountID) }
            try await wait()
            _ = try await site.pool.transaction { try await site.feature.reschedule(own.id, to: MoveWish(startsAt: times[2], version: nil), by: patient, on: $0) }
            #expect(try await waiting().map(\.wants.upperBound) == [times[2]])
            _ = try await site.cancel(early.id, by: holder)
            try await heard(site)
            #expect(try await offers(site).isEmpty)
            _ = try await site.cancel(own.id, by: patient)
            #expect(try await waiting().isEmpty)
            // A list whose times are over, as time alone makes it.
            let next = try await site.book(times[12], by: patient)
            _ = try await site.pool.transaction { try await site.feature.waitForEarlier(than: next.id, by: patient, on: $0) }
            try await site.pool.query("UPDATE booking_waitlist SET wants = tstzrange(now() - interval '2 hours', now() - interval '1 hour') WHERE state = 'waiting'")
            let after = try await site.book(times[15], by: patient)
            _ = try await site.pool.transaction { try await site.feature.waitForEarlier(than: after.id, by: patient, on: $0) }
            #expect(try await waiting().map(\.bookingID) == [after.id])
        }
    }

    private func join(_ site: BookingSite, _ principal: Principal, until: Date, booking: UUID? = nil) async throws -> WaitlistEntry {
        let wish = WaitlistWish(doctorID: site.doctorID, practiceID: site.practiceID, kind: .firstVisit, bookingID: booking, until: until)
        return try await site.pool.transaction { try await site.feature.joinWaitlist(wish, by: principal, on: $0) }
    }

    private func offers(_ site: BookingSite) async throws -> [Appointment] {
        try await site.pool.query("SELECT * FROM bookings WHERE state = 'held' AND waitlist_entry_id IS NOT NULL").map(Appointment.init)
    }

    /// Runs the outbox until it has nothing more to tell.
    private func heard(_ site: BookingSite) async throws {
        let runner = OutboxRunner(pool: site.pool, subscribers: [site.feature.waitlistOffers], logger: TestDatabase.logger)
        let task = Task { try await runner.run() }
        defer { task.cancel() }
        for _ in 0..<200 {
            try await Task.sleep(for: .milliseconds(20))
            let events: Int = try await site.pool.query("SELECT count(*) AS rows FROM outbox_events e WHERE e.name IN ('booking.cancelled', 'booking.expired') AND NOT EXISTS (SELECT FROM outbox_deliveries d WHERE d.event_id = e.event_id AND d.state = 'done')")[0].decode("rows")
            if events == 0 { return }
        }
    }
}
