import Postgres
import Testing

@Suite("Notifications", .enabled(if: TestDatabase.isAvailable, TestDatabase.hint), .timeLimit(.minutes(15)))
struct PostgresNotificationsTests {
    @Test("Notifications arrive in order, after an event that says listening began")
    func delivers() async throws {
        try await TestDatabase.withPool { pool in
            let channel = "odd \"channel\" Name"
            var events = pool.notifications(on: channel).makeAsyncIterator()
            #expect(await events.next() == .gap)
            for number in 0..<50 { try await pool.query("SELECT pg_notify(\(channel), \("\(number)"))") }
            for number in 0..<50 {
                #expect(await events.next() == .notification(PostgresNotification(channel: channel, payload: "\(number)")))
            }
        }
    }

    @Test("When the listening connection is ended it listens again by itself and says so")
    func reconnects() async throws {
        try await TestDatabase.withPool { pool in
            var events = pool.notifications(on: "doctor_changes").makeAsyncIterator()
            for round in 0..<3 {
                #expect(await events.next() == .gap)
                try await pool.query("SELECT pg_notify('doctor_changes', \("\(round)"))")
                #expect(await events.next() == .notification(PostgresNotification(channel: "doctor_changes", payload: "\(round)")))
                let ended = try await pool.query(
                    "SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity WHERE query LIKE 'LISTEN%' AND datname = current_database()"
                )
                #expect(ended.count == 1)
            }
        }
    }

    @Test("A consumer that falls behind is told that it lost some")
    func overflow() async throws {
        try await TestDatabase.withPool { pool in
            var events = pool.notifications(on: "flood").makeAsyncIterator()
            #expect(await events.next() == .gap)
            try await pool.query("SELECT pg_notify('flood', n::text) FROM generate_series(1, 5000) AS n")
            try await Task.sleep(for: .milliseconds(500))
            var gaps = 0
            while case .some(let event) = await events.next() {
                if event == .gap { gaps += 1 }
                if event == .notification(PostgresNotification(channel: "flood", payload: "5000")) { break }
            }
            let last = await events.next()
            #expect(gaps > 0 || last == .gap)
        }
    }

    @Test("Closing the pool ends the sequence at once, and so does cancelling the consumer")
    func ends() async throws {
        try await TestDatabase.withPool { pool in
            let events = Recorder<PostgresNotifications.Event>()
            let consumers = (0..<2).map { _ in
                Task { for await event in pool.notifications(on: "quiet") { events.note(event) } }
            }
            while events.values.count < 2 { try await Task.sleep(for: .milliseconds(5)) }
            let start = ContinuousClock.now
            consumers[0].cancel()
            await consumers[0].value
            await pool.close()
            await consumers[1].value
            #expect(ContinuousClock.now - start < .seconds(5))
            #expect(events.values == [.gap, .gap])
            var late = pool.notifications(on: "quiet").makeAsyncIterator()
            #expect(await late.next() == nil)
        }
    }

    @Test("A sequence nobody reads any more gives up its connection")
    func releasesConnection() async throws {
        try await TestDatabase.withPool { pool in
            let listening: SQL = "SELECT FROM pg_stat_activity WHERE query LIKE 'LISTEN%' AND datname = current_database()"
            for await event in pool.notifications(on: "short") where event == .gap { break }
            var patience = 100
            while try await !pool.query(listening).isEmpty, patience > 0 {
                patience -= 1
                try await Task.sleep(for: .milliseconds(20))
            }
            #expect(patience > 0)
        }
    }
}
