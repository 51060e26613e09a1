import Domain
import Foundation
import Postgres
import Testing
import Web

@testable import Booking

@Suite("Offered is bookable", .enabled(if: TestDatabase.isAvailable, TestDatabase.hint))
struct BookingPropertyTests {
    @Test("Every time that is offered can be booked, every one that is refused was not offered, and search is told the truth, on random hours, leave, buffers and appointments")
    func offeredIsBookable() async throws {
        let seed = UInt64.random(in: 0..<1_000_000)
        print("offered is bookable: seed \(seed)")
        try await BookingSite.with { site in
            var random = SeededGenerator(state: seed)
            var (rounds, held) = (0, 0)
            // Hours may be so few that little can be booked: then there are more rounds.
            while rounds < 6 || held <= 20 && rounds < 40 {
                rounds += 1
                try await site.pool.query("DELETE FROM booking_exceptions")
                let draft = randomDraft(&random)
                try await site.setHours { $0 = draft }
                try await addExceptions(site, &random)
                for _ in 0..<12 { try await tryOneTime(site, &random) }
                let availability = try await site.availability()
                try #require(availability.told == availability.true, "seed \(seed)")
                held = try await site.count("state = 'held'")
            }
            #expect(try await site.overlaps() == 0)
            #expect(held > 20)
        }
    }

    private func tryOneTime(_ site: BookingSite, _ random: inout SeededGenerator) async throws {
        let kind: VisitKind = Bool.random(using: &random) ? .firstVisit : .followUp
        let offered = Set(try await site.slots(kind, days: 4, from: 0).map(\.startsAt))
        let grid = (LocalDay(Date()) + Int.random(in: 0..<4, using: &random)).at(minute: 5 * Int.random(in: 0..<288, using: &random))
        let time = Bool.random(using: &random) ? offered.sorted().randomElement(using: &random) ?? grid : grid
        do {
            try await site.hold(time, kind, by: site.patient())
            #expect(offered.contains(time), "\(time) was booked but not offered")
        } catch let refusal as BookingRefusal {
            // The minimum notice may have passed it by meanwhile.
            #expect(!offered.contains(time) || time < Date() + 3_700, "\(time) was offered but refused: \(refusal)")
        }
    }

    private func randomDraft(_ random: inout SeededGenerator) -> ScheduleDraft {
        var draft = BookingSite.everyDay
        draft.rules.minimumNoticeMinutes = [0, 60].randomElement(using: &random) ?? 0
        draft.rules.horizonDays = Int.random(in: 2...60, using: &random)
        draft.rules.opensOnPublicHolidays = Bool.random(using: &random)
        draft.rules.dailyLimit = [nil, 3, 8].randomElement(using: &random) ?? nil
        draft.visits = [VisitKind.firstVisit, .followUp].map {
            .init(
                kind: $0, lengthMinutes: 5 * Int.random(in: 2...12, using: &random), stepMinutes: 5 * Int.random(in: 2...6, using: &random),
                bufferBeforeMinutes: [0, 5, 10].randomElement(using: &random) ?? 0, bufferAfterMinutes: [0, 10].randomElement(using: &random) ?? 0)
        }
        draft.hours = (1...7).flatMap { weekday -> [Schedule.Hours] in
            (0..<Int.random(in: 0...2, using: &random)).map { _ in
                let start = 15 * Int.random(in: 0..<96, using: &random)
                return .init(weekday: weekday, startsMinute: start, endsMinute: start + 15 * Int.random(in: 4...60, using: &random))
            }
        }
        return draft
    }

    private func addExceptions(_ site: BookingSite, _ random: inout SeededGenerator) async throws {
        for _ in 0..<Int.random(in: 0...3, using: &random) {
            let start = (LocalDay(Date()) + Int.random(in: 0...4, using: &random)).at(minute: 30 * Int.random(in: 0..<48, using: &random))
            let opens = Bool.random(using: &random)
            let exception = ScheduleException(
                during: start..<start + Double(1_800 * Int.random(in: 1...20, using: &random)), opens: opens, practiceID: opens ? site.practiceID : nil)
            _ = try await site.pool.transaction { try await site.feature.addException(doctorID: site.doctorID, exception, by: site.staff, on: $0) }
        }
    }
}
