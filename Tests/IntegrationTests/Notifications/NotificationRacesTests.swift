import Foundation
import Postgres
import Synchronization
import Testing

@testable import Notifications

@Suite("Notifications, races and restarts", .enabled(if: TestDatabase.isAvailable, TestDatabase.hint), .timeLimit(.minutes(15)))
struct NotificationRacesTests {
    private static let day = 86_400.0
    private static let start = NotificationsDatabase.start

    /// What happened, in order: a cancellation was committed, or a sender asked whether a booking stands.
    private enum Step: Equatable {
        case cancelled(UUID)
        case asked(UUID)
    }

    @Test("Reminders and cancellations race: who asks after a cancellation sends nothing, and its notice is the last word")
    func race() async throws {
        let steps = Recorder<Step>()
        try await NotificationsDatabase.with(beforeAsking: { steps.note(.asked($0)) }) { database in
            let visit = Self.start + 2 * Self.day
            // Apart by an hour each, so that no text message tells of two; every booking's words carry its time.
            let bookings = (0..<60).map { (id: UUID(), account: database.addContact(Contact(email: "p\($0)@example.org", phone: "+2782000\(1000 + $0)")), number: $0) }
            for booking in bookings {
                try await database.happen("booking.confirmed", booking.id, version: 1, account: booking.account, startsAt: visit)
            }
            try await database.proceed()
            database.set(visit - Self.day)
            let asksBefore = steps.values.count
            try await database.whileHearing {
                try await withThrowingTaskGroup(of: Void.self) { group in
                    for booking in bookings where !booking.number.isMultiple(of: 4) {
                        group.addTask {
                            try await Task.sleep(for: .milliseconds(Int.random(in: 0...400)))
                            try await database.happen("booking.cancelled", booking.id, version: 2, account: booking.account, startsAt: visit, cancelledBy: "practice")
                            steps.note(.cancelled(booking.id))
                        }
                    }
                    for _ in 0..<3 { group.addTask { for _ in 0..<20 { try await database.sender()(); try await Task.sleep(for: .milliseconds(20)) } } }
                    try await group.waitForAll()
                }
            }
            try await database.proceed()
            let order = Array(steps.values[asksBefore...])
            for booking in bookings {
                let told = database.sent.values.filter { $0.address == "p\(booking.number)@example.org" || $0.address == "+2782000\(1000 + booking.number)" }
                if booking.number.isMultiple(of: 4) {
                    #expect(told.map(\.kind) == ["confirmation", "reminder", "reminder"])
                    continue
                }
                for channel in [Channel.email, .sms] {
                    let kinds = told.filter { $0.channel == channel }.map(\.kind)
                    #expect(kinds.last == "cancellation" && kinds.filter { $0 == "cancellation" }.count == 1, "\(kinds)")
                    #expect(kinds.filter { $0 == "reminder" }.count <= 1)
                }
                // A reminder needs its question before the cancellation.
                let cancelledAt = order.firstIndex(of: .cancelled(booking.id)) ?? 0
                let reminders = told.filter { $0.kind == "reminder" }.count
                #expect(order[..<cancelledAt].filter { $0 == .asked(booking.id) }.count >= reminders)
            }
            #expect(database.sent.values.contains { $0.kind == "reminder" })
        }
    }

    @Test("Four senders at once send every message once")
    func once() async throws {
        try await NotificationsDatabase.with { database in
            for number in 0..<80 {
                let account = database.addContact(Contact(email: "p\(number)@example.org"))
                try await database.happen("booking.confirmed", UUID(), version: 1, account: account, startsAt: Self.start + Self.day)
            }
            try await database.hear()
            try await withThrowingTaskGroup(of: Void.self) { group in
                for _ in 0..<4 { group.addTask { try await database.sender()() } }
                try await group.waitForAll()
            }
            try await database.proceed()
            let addresses = database.sent.values.map(\.address)
            #expect(addresses.count == 80 && Set(addresses).count == 80)
        }
    }

    @Test("Several visits on one day are one text message, whoever sends; those of the next day and of others are not in it")
    func combined() async throws {
        try await NotificationsDatabase.with { database in
            let account = database.addContact(Contact(phone: "+27821234567"))
            let other = database.addContact(Contact(phone: "+27827654321"))
            let visit = Self.start + 3 * Self.day
            for hours in [0.0, 1, 4.5, 23] {
                try await database.happen("booking.confirmed", UUID(), version: 1, account: account, startsAt: visit + hours * 3_600)
            }
            try await database.happen("booking.confirmed", UUID(), version: 1, account: other, startsAt: visit)
            try await database.proceed()
            let before = database.sent.values.count
            database.set(visit - Self.day + 3_700)
            try await withThrowingTaskGroup(of: Void.self) { group in
                for _ in 0..<4 { group.addTask { try await database.sender()() } }
                try await group.waitForAll()
            }
            let texts = database.sent.values[before...]
            #expect(texts.filter { $0.address == "+27821234567" }.count == 1)
            #expect(texts.first { $0.address == "+27821234567" }?.text.contains("3 visits on Sun 29 November 2026: 10:00 Dr A Mokoena, 11:00 Dr A Mokoena, 14:30") == true)
            #expect(texts.filter { $0.address == "+27827654321" }.count == 1)
            let next = try await database.proceed(to: visit)
            #expect(next.count == 1 && next[0].text.contains("Mon 30 November 2026, 09:00"))
        }
    }

    @Test("After a crash in the middle an e-mail is sent again under its id, a text message is not; both end")
    func crash() async throws {
        try await NotificationsDatabase.with { database in
            let account = database.addContact(Contact(email: "a@example.org", phone: "+27821234567"))
            let visit = Self.start + 2 * Self.day
            try await database.happen("booking.confirmed", UUID(), version: 1, account: account, startsAt: visit)
            try await database.proceed()
            database.set(visit - Self.day)
            let store = NotificationStore(pool: database.pool)
            var taken: [TakenNotification] = []
            while let more = try await store.take(now: database.now) { taken += more }
            #expect(Set(taken.map(\.channel)) == Set(Channel.allCases))
            // Others do not touch what is being sent until its sender must be gone.
            #expect(try await database.proceed().isEmpty)
            let again = try await database.proceed(to: database.now + 200)
            #expect(again.kinds == ["email reminder"])
            #expect(again[0].id == taken.first { $0.channel == .email }?.id)
            #expect(try await database.count("notifications WHERE channel = 'sms' AND lead_hours = 24 AND state = 'uncertain'") == 1)
            #expect(try await database.proceed(to: database.now + 1_000).isEmpty)
        }
    }

    @Test("A text message that may have been sent is not repeated, one that surely was not is", arguments: [(SendOutcome.uncertain(code: "curl_28"), 1), (.unsent(code: "curl_7", afterSeconds: nil), 2)])
    func uncertain(outcome: SendOutcome, times: Int) async throws {
        try await NotificationsDatabase.with { database in
            let account = database.addContact(Contact(phone: "+27821234567"))
            database.answer([outcome])
            try await database.happen("booking.confirmed", UUID(), version: 1, account: account, startsAt: Self.start + 20 * 3_600)
            try await database.proceed()
            try await database.proceed(to: Self.start + 3_600)
            #expect(database.sent.values.count == times)
        }
    }

    @Test("Reports of delivery count once, in any order: a final state stays, a dead number gets no more, a phone that was off one more")
    func reports() async throws {
        try await NotificationsDatabase.with { database in
            let account = database.addContact(Contact(phone: "+27821234567"))
            let booking = UUID()
            try await database.happen("booking.confirmed", booking, version: 1, account: account, startsAt: Self.start + 3 * Self.day)
            let id = try await database.proceed()[0].id
            let sender = try database.sender()
            let record = RecordDeliveryReport(store: sender.store, addressHash: sender.addressHash, now: { database.now })
            func report(_ status: String, _ code: String? = nil) async throws {
                let fields = [("MessageSid", "SM\(id)"), ("MessageStatus", status), ("To", "+27821234567"), ("ErrorCode", code ?? "")]
                for _ in 0..<2 { try await record(#require(DeliveryReport(fields))) }
            }
            // Off at first: tried once more.
            try await report("undelivered", "30003")
            #expect(try await database.proceed(to: Self.start + 1_000).map(\.id) == [id])
            try await report("undelivered", "30003")
            #expect(try await database.proceed(to: Self.start + 3_000).isEmpty)
            try await report("sent")
            let status: String? = try await database.pool.query("SELECT delivery_status FROM notifications WHERE state = 'sent'")[0].decode("delivery_status")
            #expect(status == "undelivered")
            try await database.happen("booking.rescheduled", booking, version: 2, account: account, startsAt: Self.start + 4 * Self.day)
            let second = try await database.proceed()
            #expect(second.kinds == ["sms change"])
            let fields = [("MessageSid", "SM\(second[0].id)"), ("MessageStatus", "failed"), ("To", "+27821234567"), ("ErrorCode", "30005")]
            try await record(#require(DeliveryReport(fields)))
            #expect(try await database.proceed(to: Self.start + 3 * Self.day).isEmpty)
            #expect(try await database.count("notification_suppressions WHERE reason = 'invalid_number'") == 1)
        }
    }

    @Test("Old messages are deleted, planned ones and bookings that still come stay")
    func deletes() async throws {
        try await NotificationsDatabase.with { database in
            let account = database.addContact()
            try await database.happen("booking.confirmed", UUID(), version: 1, account: account, startsAt: Self.start + 10 * Self.day)
            try await database.proceed()
            try await database.pool.query("UPDATE notifications SET ended_at = clock_timestamp() - interval '91 days' WHERE ended_at IS NOT NULL")
            try await database.pool.query("UPDATE notification_bookings SET heard_at = clock_timestamp() - interval '401 days'")
            _ = try await NotificationStore(pool: database.pool).deleteOld()
            #expect(try await database.count("notifications WHERE ended_at IS NOT NULL") == 0)
            #expect(try await database.count("notifications") == 4)
            #expect(try await database.count("notification_bookings") == 1)
        }
    }
}
