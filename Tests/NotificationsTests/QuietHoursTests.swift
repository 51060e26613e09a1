import Foundation
import Testing

@testable import Notifications

@Suite("Quiet hours and plans")
struct QuietHoursTests {
    /// Foundation's calendar is the oracle.
    private static let calendar: Calendar = {
        var calendar = Calendar(identifier: .gregorian)
        calendar.timeZone = TimeZone(identifier: "Africa/Johannesburg")!
        return calendar
    }()

    private static func isQuiet(_ date: Date) -> Bool {
        let hour = calendar.component(.hour, from: date)
        return hour >= 21 || hour < 7
    }

    /// From 1951: there was summer time in the Second World War.
    private static func randomDates(_ count: Int) -> [Date] {
        (0..<count).map { _ in Date(timeIntervalSince1970: Double.random(in: -600_000_000...4_000_000_000)) }
    }

    @Test("Quiet is from 21:00 to 07:00 on Johannesburg's clock; the first allowed time is never quiet, early or later than need be")
    func property() {
        for date in Self.randomDates(20_000) {
            #expect(QuietHours.contains(date) == Self.isQuiet(date))
            let allowed = QuietHours.firstAllowed(from: date)
            #expect(!Self.isQuiet(allowed))
            #expect(allowed >= date && allowed.timeIntervalSince(date) <= 36_000)
            if allowed > date { #expect(Self.isQuiet(allowed.addingTimeInterval(-0.001)) && Self.isQuiet(date)) }
        }
    }

    @Test("The hours end and begin on the second", arguments: [("2026-11-26T20:59:59+02:00", false), ("2026-11-26T21:00:00+02:00", true), ("2026-11-27T06:59:59+02:00", true), ("2026-11-27T07:00:00+02:00", false)])
    func edges(text: String, isQuiet: Bool) throws {
        #expect(QuietHours.contains(try Date(text, strategy: .iso8601)) == isQuiet)
    }

    @Test("Random visits: reminders are due outside quiet hours, before the visit, never before their time, and not right after the booking")
    func plans() throws {
        for now in Self.randomDates(5_000) {
            let start = now.addingTimeInterval(Double.random(in: 0...2_000_000))
            let plan = NotificationPlan(Self.event(.confirmed, startsAt: start, occurredAt: now), isKnown: false, reminders: ReminderTimes(), now: now)
            for message in plan.messages where message.purpose == .reminder {
                let wished = start.addingTimeInterval(Double(-message.leadHours) * 3_600)
                #expect(!Self.isQuiet(message.dueAt))
                #expect(message.dueAt < start && message.dueAt >= wished && message.dueAt.timeIntervalSince(now) > 7_200)
            }
            let ahead = start.timeIntervalSince(now) / 3_600
            let wanted = (ahead > 26 ? 3 : 0) + (ahead > 170 ? 1 : 0)
            #expect(plan.messages.filter { $0.purpose == .reminder }.count == wanted, "\(ahead) hours ahead")
            #expect(plan.messages.filter { $0.purpose == .confirmation }.allSatisfy { $0.dueAt == now })
        }
    }

    @Test("An old event sends no news, but plans reminders that are still to come")
    func oldNews() {
        let now = Date(timeIntervalSince1970: 1_800_000_000)
        let event = Self.event(.confirmed, startsAt: now.addingTimeInterval(10 * 86_400), occurredAt: now.addingTimeInterval(-2 * 86_400))
        let plan = NotificationPlan(event, isKnown: false, reminders: ReminderTimes(), now: now)
        #expect(Set(plan.messages.map(\.purpose)) == [.reminder])
        #expect(plan.messages.count == 4)
    }

    @Test("The end of a booking nobody was told of is told only when the practice ended it")
    func unknownCancelled() {
        let now = Date(timeIntervalSince1970: 1_800_000_000)
        for (by, isKnown, told) in [("patient", false, 0), ("system", false, 0), ("practice", false, 3), ("patient", true, 3)] {
            let event = Self.event(.cancelled, startsAt: now.addingTimeInterval(86_400), occurredAt: now, cancelledBy: by)
            let plan = NotificationPlan(event, isKnown: isKnown, reminders: ReminderTimes(), now: now)
            #expect(plan.messages.count == told, "\(by)")
            #expect(plan.isStanding == false)
        }
    }

    static func event(_ kind: BookingEvent.Kind, startsAt: Date, occurredAt: Date, cancelledBy: String? = nil) -> BookingEvent {
        BookingEvent(
            kind: kind, bookingID: UUID(), version: 1, accountID: UUID(),
            visit: Visit(
                doctorName: "Dr A Mokoena", practiceName: "Rooms", address: nil, startsAt: startsAt, oldStartsAt: nil, isVideo: false,
                offerExpiresAt: nil, cancelledBy: cancelledBy),
            occurredAt: occurredAt)
    }
}
