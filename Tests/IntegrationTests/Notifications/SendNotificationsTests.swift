import Foundation
import Postgres
import Testing

@testable import Notifications

@Suite("Notifications", .enabled(if: TestDatabase.isAvailable, TestDatabase.hint), .timeLimit(.minutes(15)))
struct SendNotificationsTests {
    private static let day = 86_400.0
    private static let start = NotificationsDatabase.start

    @Test("A booking is confirmed at once and reminded of 7 days and 1 day ahead")
    func life() async throws {
        try await NotificationsDatabase.with { database in
            let (booking, account) = (UUID(), database.addContact())
            let visit = Self.start + 10 * Self.day
            try await database.happen("booking.confirmed", booking, version: 1, account: account, startsAt: visit)
            let first = try await database.proceed()
            #expect(first.kinds == ["email confirmation", "push confirmation"])
            #expect(first.first { $0.channel == .email }?.calendar?.contains("METHOD:REQUEST") == true)
            #expect(try await database.proceed(to: visit - 7 * Self.day - 1).isEmpty)
            #expect(try await database.proceed(to: visit - 7 * Self.day).kinds == ["email reminder"])
            #expect(try await database.proceed(to: visit - Self.day - 1).isEmpty)
            #expect(try await database.proceed(to: visit - Self.day).kinds == ["email reminder", "push reminder", "sms reminder"])
            #expect(try await database.proceed(to: visit + Self.day).isEmpty)
        }
    }

    @Test("After a cancellation nothing is sent but its notice")
    func cancelled() async throws {
        try await NotificationsDatabase.with { database in
            let (booking, account) = (UUID(), database.addContact())
            let visit = Self.start + 10 * Self.day
            try await database.happen("booking.confirmed", booking, version: 1, account: account, startsAt: visit)
            try await database.proceed()
            try await database.happen("booking.cancelled", booking, version: 2, account: account, startsAt: visit, cancelledBy: "practice")
            #expect(try await database.proceed().kinds == ["email cancellation", "push cancellation", "sms cancellation"])
            for days in [7.0, 1, 0.5] { #expect(try await database.proceed(to: visit - days * Self.day).isEmpty) }
        }
    }

    @Test("A cancellation that is not heard yet already stops the reminder")
    func unheard() async throws {
        try await NotificationsDatabase.with { database in
            let (booking, account) = (UUID(), database.addContact())
            let visit = Self.start + 2 * Self.day
            try await database.happen("booking.confirmed", booking, version: 1, account: account, startsAt: visit)
            try await database.proceed()
            try await database.pool.query("UPDATE their_bookings SET is_standing = false")
            #expect(try await database.proceed(to: visit - Self.day).isEmpty)
            #expect(try await database.count("notifications WHERE reason = 'superseded'") == 3)
        }
    }

    @Test("A moved visit is told of, and reminded of at its new time only; the confirmation that was not sent yet never is")
    func moved() async throws {
        try await NotificationsDatabase.with { database in
            let (booking, account) = (UUID(), database.addContact())
            let (old, new) = (Self.start + 10 * Self.day, Self.start + 20 * Self.day)
            try await database.happen("booking.confirmed", booking, version: 1, account: account, startsAt: old)
            try await database.happen("booking.rescheduled", booking, version: 2, account: account, startsAt: new)
            #expect(try await database.proceed().kinds == ["email change", "push change"])
            for days in [7.0, 1] { #expect(try await database.proceed(to: old - days * Self.day).isEmpty) }
            #expect(try await database.proceed(to: new - 7 * Self.day).kinds == ["email reminder"])
            let last = try await database.proceed(to: new - Self.day)
            #expect(last.kinds == ["email reminder", "push reminder", "sms reminder"])
            #expect(last.allSatisfy { $0.text.contains("Wed 16 December 2026, 10:00") })
        }
    }

    @Test("What is due at night waits for 07:00, and is of use then or never")
    func quiet() async throws {
        try await NotificationsDatabase.with { database in
            let account = database.addContact()
            // Visits at 22:30, reminded of at 07:00 on their own day, and at 05:00.
            let visits = [Self.start + 3 * Self.day + 12.5 * 3_600, Self.start + 5 * Self.day - 5 * 3_600]
            for visit in visits { try await database.happen("booking.confirmed", UUID(), version: 1, account: account, startsAt: visit) }
            try await database.proceed()
            for visit in visits {
                let night = visit - Self.day
                #expect(QuietHours.contains(night))
                #expect(try await database.proceed(to: night).isEmpty)
                let morning = QuietHours.firstAllowed(from: night)
                #expect(try await database.proceed(to: morning - 1).isEmpty)
                #expect(try await database.proceed(to: morning).kinds == ["email reminder", "push reminder", "sms reminder"])
            }
        }
    }

    @Test("A retry that falls into the night waits as well")
    func quietRetry() async throws {
        try await NotificationsDatabase.with { database in
            let account = database.addContact(Contact(phone: "+27821234567"))
            let visit = Self.start + 2 * Self.day + 10.9 * 3_600  // 20:54
            try await database.happen("booking.confirmed", UUID(), version: 1, account: account, startsAt: visit)
            try await database.proceed()
            database.answer([.unsent(code: "twilio_20429", afterSeconds: 3_600)])
            #expect(try await database.proceed(to: visit - Self.day).kinds == ["sms reminder"])
            #expect(try await database.proceed(to: visit - Self.day + 2 * 3_600).isEmpty)
            #expect(try await database.proceed(to: visit - Self.day + 11 * 3_600).kinds == ["sms reminder"])
            #expect(try await database.proceed(to: visit - Self.day + 12 * 3_600).isEmpty)
        }
    }

    @Test("Consent, suppression and the lack of an address keep messages away; a text message steps in for e-mail")
    func choices() async throws {
        try await NotificationsDatabase.with { database in
            let visit = Self.start + 2 * Self.day
            func confirmed(_ contact: Contact?, refusing kinds: [MessageKind] = []) async throws -> [String] {
                let account = contact.map { database.addContact($0) } ?? UUID()
                try await database.pool.transaction { try await MessageChoices(refused: Set(kinds)).write(account, on: $0) }
                try await database.happen("booking.confirmed", UUID(), version: 1, account: account, startsAt: visit)
                return try await database.proceed().kinds
            }
            #expect(try await confirmed(nil) == [])
            #expect(try await confirmed(Contact(phone: "+27820000001")) == ["sms confirmation"])
            #expect(try await confirmed(Contact(email: "a@example.org", phone: "+27820000002")) == ["email confirmation"])
            let noMail = [MessageKind(channel: .email, topic: .visits)]
            #expect(try await confirmed(Contact(email: "b@example.org", phone: "+27820000003"), refusing: noMail) == ["sms confirmation"])
            #expect(try await confirmed(Contact(email: "c@example.org", phone: "+27820000004"), refusing: MessageKind.all) == [])
            database.answer([.suppressed(.hardBounce, code: "smtp_550_5.1.1")])
            #expect(try await confirmed(Contact(email: "gone@example.org")) == ["email confirmation"])
            #expect(try await confirmed(Contact(email: "Gone@Example.org", phone: "+27820000006")) == ["sms confirmation"])
            #expect(try await confirmed(Contact(email: "gone@example.org")) == [])
            let stored = try await database.pool.query("SELECT address_hash FROM notification_suppressions")
            #expect(stored.count == 1)
            #expect(try stored[0].decode("address_hash", as: [UInt8].self).count == 32)
        }
    }

    @Test("A device that is gone is forgotten, the others are told")
    func devices() async throws {
        try await NotificationsDatabase.with { database in
            let account = database.addContact(Contact(pushTokens: ["old", "new"]))
            database.answer([.tokenGone])
            try await database.happen("booking.confirmed", UUID(), version: 1, account: account, startsAt: Self.start + Self.day)
            #expect(try await database.proceed().map(\.address) == ["old", "new"])
            #expect(database.forgotten.values == ["old"])
            #expect(try await database.count("notifications WHERE channel = 'push' AND purpose = 'confirmation' AND state = 'sent'") == 1)
        }
    }

    @Test("A refused login stops the channel for a while and loses nothing")
    func misconfigured() async throws {
        try await NotificationsDatabase.with { database in
            let visit = Self.start + 2 * Self.day
            for number in 0..<3 {
                let account = database.addContact(Contact(email: "p\(number)@example.org"))
                try await database.happen("booking.confirmed", UUID(), version: 1, account: account, startsAt: visit)
            }
            try await database.hear()
            let sender = try database.sender()
            database.answer(Array(repeating: .misconfigured(code: "smtp_535"), count: 3))
            try await sender()
            database.answer([])
            let asked = database.sent.values.count
            #expect((1...3).contains(asked))
            try await sender()
            #expect(database.sent.values.count == asked)
            database.set(Self.start + 301)
            try await sender()
            #expect(try await database.count("notifications WHERE channel = 'email' AND purpose = 'confirmation' AND state = 'sent'") == 3)
        }
    }

    @Test("Nobody gets more than the daily limit, but always hears of cancellations")
    func limit() async throws {
        try await NotificationsDatabase.with { database in
            let account = database.addContact(Contact(phone: "+27821234567"))
            let bookings = (0..<25).map { _ in UUID() }
            for booking in bookings {
                try await database.happen("booking.confirmed", booking, version: 1, account: account, startsAt: Self.start + 4_000)
            }
            try await database.proceed()
            #expect(database.sent.values.count >= 20 && database.sent.values.count < 28)
            let before = database.sent.values.count
            for booking in bookings.prefix(3) {
                try await database.happen("booking.cancelled", booking, version: 2, account: account, startsAt: Self.start + 4_000, cancelledBy: "practice")
            }
            #expect(try await database.proceed(to: Self.start + 60).kinds == Array(repeating: "sms cancellation", count: 3))
            #expect(database.sent.values.count == before + 3)
        }
    }
}
