import Postgres
import Testing

@Suite("Cancellation", .enabled(if: TestDatabase.isAvailable, TestDatabase.hint), .timeLimit(.minutes(15)))
struct PostgresCancellationTests {
    @Test("Cancelling the task ends the running statement, and the connection works on")
    func cancelsRunning() async throws {
        try await TestDatabase.withPool { pool in
            try await pool.withConnection { connection in
                let pid = try await connection.query("SELECT pg_backend_pid() AS pid")[0].decode("pid", as: Int32.self)
                let start = ContinuousClock.now
                let sleeper = Task { try await connection.query("SELECT pg_sleep(30)") }
                try await pool.waitUntilSleeping(pid)
                sleeper.cancel()
                await #expect(throws: CancellationError.self) { try await sleeper.value }
                #expect(ContinuousClock.now - start < .seconds(5))
                #expect(try await connection.query("SELECT pg_backend_pid() AS pid")[0].decode("pid") == pid)
            }
        }
    }

    @Test("Cancelling a task whose statement has its turn to come leaves the running one alone")
    func sparesTheOther() async throws {
        try await TestDatabase.withPool { pool in
            try await pool.withConnection { connection in
                let pid = try await connection.query("SELECT pg_backend_pid() AS pid")[0].decode("pid", as: Int32.self)
                let running = Task { try await connection.query("SELECT pg_sleep(60)") }
                try await pool.waitUntilSleeping(pid)
                let queued = Task { try await connection.query("SELECT 1") }
                try await Task.sleep(for: .milliseconds(50))
                queued.cancel()
                try await Task.sleep(for: .milliseconds(300))
                let asleep = try await pool.query("SELECT wait_event = 'PgSleep' AS asleep FROM pg_stat_activity WHERE pid = \(pid)")
                #expect(try asleep[0].decode("asleep"))
                running.cancel()
                await #expect(throws: CancellationError.self) { try await running.value }
                await #expect(throws: CancellationError.self) { try await queued.value }
            }
        }
    }

    @Test("A cancel that comes as its statement ends never hits the next one")
    func neverHitsTheNext() async throws {
        try await TestDatabase.withPool { pool in
            try await pool.withConnection { connection in
                try await connection.query("SELECT pg_sleep(0.001)")
                for round in 0..<300 {
                    let short = Task { try await connection.query("SELECT pg_sleep(0.002)") }
                    try await Task.sleep(for: .microseconds(Int.random(in: 1_000...5_000)))
                    short.cancel()
                    _ = await short.result
                    let next = try await connection.query("SELECT \(round) AS round, pg_sleep(0.003)")
                    #expect(try next[0].decode("round") == round)
                }
            }
        }
    }

    @Test("A cancelled transaction rolls back and its connection is lent again")
    func rollsBack() async throws {
        try await TestDatabase.withPool(configure: { $0.maximumConnections = 2 }) { pool in
            try await pool.query("CREATE TABLE visits (id int)")
            let pids = Recorder<Int32>()
            let writer = Task {
                try await pool.transaction { connection in
                    try await connection.query("INSERT INTO visits VALUES (1)")
                    pids.note(try await connection.query("SELECT pg_backend_pid() AS pid")[0].decode("pid"))
                    try await connection.query("SELECT pg_sleep(30)")
                }
            }
            while pids.values.isEmpty { try await Task.sleep(for: .milliseconds(5)) }
            try await pool.waitUntilSleeping(pids.values[0])
            writer.cancel()
            await #expect(throws: CancellationError.self) { try await writer.value }
            let row = try await pool.query(
                "SELECT (SELECT count(*) FROM visits) AS visits, (SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND state LIKE 'idle in%') AS stuck"
            )[0]
            #expect(try row.decode("visits") == 0)
            #expect(try row.decode("stuck") == 0)
        }
    }
}
