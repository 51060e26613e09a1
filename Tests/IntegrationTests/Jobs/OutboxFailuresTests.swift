import Foundation
import Jobs
import Postgres
import Testing

@Suite("Outbox, failures and upkeep", .enabled(if: TestDatabase.isAvailable, TestDatabase.hint), .timeLimit(.minutes(15)))
struct OutboxFailuresTests {
    /// Quotes the event, as errors may.
    private struct Poisoned: Error, CustomStringConvertible {
        let event: OutboxEvent
        var description: String { String(decoding: event.payload, as: UTF8.self) }
    }

    @Test("A poison event is parked after its attempts, by its error's kind; its subject waits, others do not")
    func poison() async throws {
        try await OutboxDatabase.with { outbox in
            for subject in ["ill", "ill", "well", "well"] { try await outbox.append(subject) }
            let attempts = Recorder<Int64>()
            let listener = OutboxDatabase.listener { event in
                attempts.note(event.id)
                if event.id == 1 { throw Poisoned(event: event) }
            }
            try await outbox.run([listener], retry: RetryPolicy(maximumAttempts: 3, firstPauseSeconds: 1)) {
                try await $0.effects().count == 3
            }
            #expect(try await outbox.effects().map(\.event).sorted() == [2, 3, 4])
            let last = try #require(attempts.values.lastIndex(of: 1))
            #expect(attempts.values.filter { $0 == 1 }.count == 3)
            #expect(try #require(attempts.values.firstIndex(of: 2)) > last)
            #expect(try #require(attempts.values.firstIndex(of: 3)) < last)
            let parked = try await outbox.pool.query("SELECT event_id, failed_attempts, last_error FROM outbox_deliveries WHERE state = 'parked'")
            #expect(try parked.map { try $0.decode("event_id", as: Int64.self) } == [1])
            #expect(try parked[0].decode("failed_attempts", as: Int32.self) == 3)
            #expect(try parked[0].decode("last_error", as: String.self) == "Poisoned")
        }
    }

    @Test("What a failed handler wrote is undone, and the next attempt writes it once")
    func undone() async throws {
        try await OutboxDatabase.with { outbox in
            try await outbox.append("one")
            let attempts = Recorder<Int64>()
            let listener = Subscriber(name: "listener", events: ["booking.confirmed"]) { event, connection in
                try await connection.query("INSERT INTO effects (subscriber, event_id, subject) VALUES ('listener', \(event.id), 'one')")
                if attempts.note(event.id) < 3 { throw Poisoned(event: event) }
            }
            try await outbox.run([listener], retry: RetryPolicy(firstPauseSeconds: 0.01)) {
                try await $0.count("outbox_deliveries WHERE state = 'done'") == 1
            }
            #expect(attempts.values.count == 3)
            #expect(try await outbox.effects().count == 1)
        }
    }

    @Test("A new subscriber hears what is kept, and so does one that listens to another name")
    func newSubscriber() async throws {
        try await OutboxDatabase.with { outbox in
            try await outbox.append("a")
            try await outbox.append("b", name: "booking.cancelled")
            try await outbox.run([OutboxDatabase.listener("old")]) { try await $0.effects("old").count == 1 }
            try await outbox.run([OutboxDatabase.listener("new")]) { try await $0.effects("new").count == 1 }
            let both: Set<String> = ["booking.confirmed", "booking.cancelled"]
            try await outbox.run([OutboxDatabase.listener("old", events: both)]) { try await $0.effects("old").count == 2 }
            #expect(try await outbox.effects("old").map(\.subject) == ["a", "b"])
        }
    }

    @Test("Events are pruned after 30 days, but not those that are parked or not heard yet")
    func prunes() async throws {
        try await OutboxDatabase.with { outbox in
            for subject in ["done", "parked", "recent"] { try await outbox.append(subject) }
            let listener = OutboxDatabase.listener { if $0.subject == "parked" { throw Poisoned(event: $0) } }
            let policy = RetryPolicy(maximumAttempts: 1)
            try await outbox.run([listener], retry: policy) { try await $0.count("outbox_deliveries WHERE state <> 'pending'") == 3 }
            try await outbox.pool.query("UPDATE outbox_events SET occurred_at = occurred_at - interval '31 days' WHERE subject <> 'recent'")
            try await outbox.append("old but unheard")
            try await outbox.pool.query(
                "UPDATE outbox_events SET occurred_at = occurred_at - interval '31 days' WHERE subject = 'old but unheard'")
            // A runner prunes when it starts; transactions of other tests may keep the horizon low for a while.
            while try await outbox.count("outbox_events WHERE subject = 'done'") > 0 {
                try await outbox.run([listener], retry: policy) { outbox in
                    try await Task.sleep(for: .milliseconds(500))
                    return try await outbox.effects().count == 3
                }
            }
            #expect(try await outbox.count("outbox_events WHERE subject IN ('parked', 'recent')") == 2)
        }
    }

    @Test(
        "An event that is no object with a schema, or has an odd name, is refused",
        arguments: [("booking.confirmed", "[]"), ("booking.confirmed", "{}"), ("Booking", #"{"schema": 1}"#)])
    func refused(name: String, payload: String) async throws {
        try await OutboxDatabase.with { outbox in
            await #expect(throws: PostgresError.self) {
                try await outbox.pool.transaction {
                    try await Outbox.append(name: name, subject: "s", payload: Array(payload.utf8), on: $0)
                }
            }
            let events = try await outbox.eventIDs()
            #expect(events.isEmpty)
        }
    }
}
