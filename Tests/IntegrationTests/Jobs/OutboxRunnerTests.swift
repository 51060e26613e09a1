import Foundation
import Jobs
import Postgres
import Synchronization
import Testing

@Suite("Outbox", .enabled(if: TestDatabase.isAvailable, TestDatabase.hint), .timeLimit(.minutes(15)))
struct OutboxRunnerTests {
    @Test("Five runners give every event one effect, in order within each subject")
    func exactlyOne() async throws {
        try await OutboxDatabase.with { outbox in
            for number in 0..<300 { try await outbox.append("subject \(number % 17)") }
            let listener = OutboxDatabase.listener { _ in try await Task.sleep(for: .milliseconds(Int.random(in: 0...3))) }
            try await outbox.run(Array(repeating: listener, count: 5)) { try await $0.count("effects") >= 300 }
            try await expectOneEffectEach(outbox)
        }
    }

    @Test("Ended connections and cancelled runners lose no event and repeat none")
    func killed() async throws {
        try await OutboxDatabase.with { outbox in
            for number in 0..<200 { try await outbox.append("subject \(number % 7)") }
            let listener = OutboxDatabase.listener { _ in try await Task.sleep(for: .milliseconds(2)) }
            // Every round ends with runners stopped in the middle, and connections ended under them.
            for round in 1...5 {
                try await outbox.run([listener, listener]) { outbox in
                    guard try await outbox.count("effects") >= round * 25 else { return false }
                    _ = try? await outbox.pool.query(
                        """
                        SELECT pg_terminate_backend(pid) FROM pg_stat_activity
                        WHERE datname = current_database() AND pid <> pg_backend_pid() AND state LIKE 'idle in transaction%'
                        """)
                    return true
                }
            }
            #expect(try await outbox.count("effects") < 200)
            try await outbox.run([listener]) { try await $0.count("effects") >= 200 }
            try await expectOneEffectEach(outbox)
        }
    }

    @Test("An event that commits after a later one was handled is heard")
    func lateCommit() async throws {
        try await OutboxDatabase.with { outbox in
            let (appended, didAppend) = AsyncStream.makeStream(of: Void.self)
            let (commits, commit) = AsyncStream.makeStream(of: Void.self)
            let slow = Task {
                try await outbox.pool.transaction { connection in
                    try await Outbox.append(name: "booking.confirmed", subject: "slow", payload: OutboxDatabase.payload, on: connection)
                    didAppend.finish()
                    for await _ in commits {}
                }
            }
            for await _ in appended {}
            try await outbox.append("fast")
            try await outbox.run([OutboxDatabase.listener()]) { outbox in
                let subjects = try await outbox.effects().map(\.subject)
                if subjects == ["fast"] { commit.finish() }
                return subjects == ["fast", "slow"]
            }
            try await slow.value
            #expect(try await outbox.effects().map(\.event) == [2, 1])
        }
    }

    @Test("Sixteen writers with long, short and failing transactions: every committed event has one effect, subjects in order")
    func storm() async throws {
        try await OutboxDatabase.with { outbox in
            try await outbox.pool.query("CREATE TABLE subjects AS SELECT n FROM generate_series(0, 9) AS n")
            let isWriting = Mutex(true)
            let writing = Task {
                try await withThrowingTaskGroup(of: Void.self) { group in
                    for writer in 0..<16 { group.addTask { try await Self.write(60, writer: writer, outbox) } }
                    try await group.waitForAll()
                }
                isWriting.withLock { $0 = false }
            }
            try await outbox.run(Array(repeating: OutboxDatabase.listener(), count: 2)) { outbox in
                guard !isWriting.withLock({ $0 }) else { return false }
                let (events, effects) = (try await outbox.count("outbox_events"), try await outbox.count("effects"))
                return effects >= events
            }
            try await writing.value
            #expect(try await outbox.count("outbox_events") > 800)
            try await expectOneEffectEach(outbox)
        }
    }

    private struct RolledBack: Error {}

    /// As features write: the subject's row is locked first.
    private static func write(_ count: Int, writer: Int, _ outbox: OutboxDatabase) async throws {
        for number in 0..<count {
            do {
                try await outbox.pool.transaction { connection in
                    let subject = Int.random(in: 0...9)
                    try await connection.query("SELECT FROM subjects WHERE n = \(subject) FOR UPDATE")
                    try await Outbox.append(
                        name: "booking.confirmed", subject: "subject \(subject)", payload: OutboxDatabase.payload, on: connection)
                    if number.isMultiple(of: 13) { try await Task.sleep(for: .milliseconds(20)) }
                    if number % 20 == 7 { throw RolledBack() }
                }
            } catch is RolledBack {}
        }
    }

    private func expectOneEffectEach(_ outbox: OutboxDatabase) async throws {
        let effects = try await outbox.effects()
        #expect(effects.map(\.event).sorted() == (try await outbox.eventIDs()))
        for (subject, events) in Dictionary(grouping: effects, by: \.subject) {
            #expect(events.map(\.event) == events.map(\.event).sorted(), "\(subject) was heard out of order")
        }
    }
}
