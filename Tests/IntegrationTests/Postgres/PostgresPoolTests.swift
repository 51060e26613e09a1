import Postgres
import Testing

@Suite("Pool", .enabled(if: TestDatabase.isAvailable, TestDatabase.hint), .timeLimit(.minutes(15)))
struct PostgresPoolTests {
    @Test("Never more than the limit at once, and every borrower is served")
    func limit() async throws {
        try await TestDatabase.withPool(configure: { $0.maximumConnections = 3 }) { pool in
            let changes = Recorder<Int>()
            try await withThrowingTaskGroup { group in
                for _ in 0..<60 {
                    group.addTask {
                        try await pool.withConnection { connection in
                            changes.note(1)
                            try await connection.query("SELECT pg_sleep(0.005)")
                            changes.note(-1)
                        }
                    }
                }
                try await group.waitForAll()
            }
            let inUse = changes.values.reduce(into: [0]) { $0.append($0[$0.count - 1] + $1) }
            #expect(inUse.max() == 3)
            #expect(changes.values.count == 120)
            let servers = try await pool.query("SELECT count(*) AS n FROM pg_stat_activity WHERE datname = current_database()")
            #expect(try servers[0].decode("n") == 3)
        }
    }

    @Test("Waiters are served first come, first served")
    func fifo() async throws {
        try await TestDatabase.withPool(configure: { $0.maximumConnections = 1 }) { pool in
            let order = Recorder<Int>()
            let waiters = try await pool.withConnection { _ in
                var waiters: [Task<Int, any Error>] = []
                for number in 0..<10 {
                    let waiter = Task<Int, any Error> { try await pool.withConnection { _ in order.note(number) } }
                    waiters.append(waiter)
                    try await Task.sleep(for: .milliseconds(20))
                }
                return waiters
            }
            for waiter in waiters { _ = try await waiter.value }
            #expect(order.values == Array(0..<10))
        }
    }

    @Test("Waiting ends at its deadline, and the pool goes on")
    func deadline() async throws {
        try await TestDatabase.withPool(configure: {
            $0.maximumConnections = 1
            $0.waitingDeadlineMilliseconds = 2_000
        }) { pool in
            try await pool.withConnection { _ in
                let start = ContinuousClock.now
                await #expect(throws: PostgresPoolError.waitingDeadlineExceeded) { try await pool.query("SELECT 1") }
                let waited = ContinuousClock.now - start
                #expect(waited >= .seconds(2) && waited < .seconds(10))
            }
            #expect(try await pool.query("SELECT 1 AS one")[0].decode("one") == 1)
        }
    }

    @Test("A cancelled waiter leaves at once and takes no connection with it")
    func cancelledWaiter() async throws {
        try await TestDatabase.withPool(configure: { $0.maximumConnections = 1 }) { pool in
            try await pool.withConnection { _ in
                let waiter = Task { try await pool.query("SELECT 1") }
                try await Task.sleep(for: .milliseconds(50))
                waiter.cancel()
                await #expect(throws: CancellationError.self) { try await waiter.value }
            }
            #expect(try await pool.query("SELECT 1 AS one")[0].decode("one") == 1)
        }
    }

    @Test("Storm: borrowers cancelled at random moments neither leak nor share a connection")
    func cancellationStorm() async throws {
        try await TestDatabase.withPool(configure: { $0.maximumConnections = 2 }) { pool in
            await withTaskGroup { group in
                for number in 0..<300 {
                    group.addTask {
                        let task = Task {
                            let row = try await pool.query("SELECT \(number) AS n, pg_sleep(\(Double(number % 5) / 1_000))")[0]
                            #expect(try row.decode("n") == number)
                        }
                        try? await Task.sleep(for: .microseconds(Int.random(in: 0...20_000)))
                        if Bool.random() { task.cancel() }
                        let result = await task.result
                        if case .failure(let error) = result { #expect(error is CancellationError) }
                    }
                }
            }
            try await pool.withConnection { first in
                try await pool.withConnection { second in
                    let rows = (try await first.query("SELECT 1 AS n")[0], try await second.query("SELECT 2 AS n")[0])
                    #expect(try rows.0.decode("n") == 1 && rows.1.decode("n") == 2)
                }
            }
        }
    }

    @Test("A connection returned inside a transaction is not lent again")
    func openTransaction() async throws {
        try await TestDatabase.withPool(configure: { $0.maximumConnections = 1 }) { pool in
            let first = try await pool.withConnection { connection in
                try await connection.query("BEGIN")
                try await connection.query("CREATE TABLE leftover (id int)")
                return try await connection.query("SELECT pg_backend_pid() AS pid")[0].decode("pid", as: Int.self)
            }
            let row = try await pool.query("SELECT pg_backend_pid() AS pid, to_regclass('leftover') IS NULL AS gone")[0]
            #expect(try row.decode("pid", as: Int.self) != first)
            #expect(try row.decode("gone"))
        }
    }

    @Test("A connection the server ended while idle is replaced unnoticed")
    func endedWhileIdle() async throws {
        try await TestDatabase.withPool(configure: { $0.maximumConnections = 2 }) { pool in
            let victim = try await pool.query("SELECT pg_backend_pid() AS pid")[0].decode("pid", as: Int32.self)
            try await TestDatabase.withPool { other in
                try await other.query("SELECT pg_terminate_backend(\(victim), 5000)")
            }
            #expect(try await pool.query("SELECT pg_backend_pid() AS pid")[0].decode("pid", as: Int32.self) != victim)
        }
    }

    @Test("A connection ended while it works is reported as lost and replaced")
    func endedWhileWorking() async throws {
        try await TestDatabase.withPool(configure: { $0.maximumConnections = 2 }) { pool in
            let error = await #expect(throws: PostgresError.self) {
                try await pool.withConnection { connection in
                    let victim = try await connection.query("SELECT pg_backend_pid() AS pid")[0].decode("pid", as: Int32.self)
                    async let sleep = connection.query("SELECT pg_sleep(30)")
                    try await pool.waitUntilSleeping(victim)
                    try await pool.query("SELECT pg_terminate_backend(\(victim), 5000)")
                    _ = try await sleep
                }
            }
            #expect(error?.isConnectionLost == true)
            #expect(["57P01", "08006"].contains(error?.sqlState))
            let row = try await pool.query("SELECT 1 AS one")[0]
            #expect(try row.decode("one") == 1)
        }
    }

    @Test("Closing refuses newcomers, waits for borrowers and leaves no connection behind")
    func closes() async throws {
        try await TestDatabase.with { database in
            let stages = Recorder<String>()
            try await database.withPool { pool in
                async let borrower: Void = pool.withConnection { connection in
                    stages.note("borrowed")
                    try await connection.query("SELECT pg_sleep(0.3)")
                    stages.note("finished")
                }
                while stages.values.isEmpty { try await Task.sleep(for: .milliseconds(5)) }
                await pool.close()
                #expect(stages.values == ["borrowed", "finished"])
                try await borrower
                await #expect(throws: PostgresPoolError.closed) { try await pool.query("SELECT 1") }
            }
            let left = try await TestDatabase.withPool { observer in
                try await observer.query("SELECT count(*) AS n FROM pg_stat_activity WHERE datname = \(database.name)")[0].decode(
                    "n", as: Int.self)
            }
            #expect(left == 0)
        }
    }

    @Test("A server that cannot be reached is an error of class 08 at the deadline")
    func unreachable() async throws {
        let pool = PostgresPool(
            configuration: PostgresConfiguration(connectionString: "host=/nonexistent password=secret", waitingDeadlineMilliseconds: 300),
            logger: TestDatabase.logger
        )
        let error = await #expect(throws: PostgresError.self) { try await pool.query("SELECT 1") }
        #expect(error?.sqlState == "08001")
        #expect(error?.isConnectionLost == true)
        #expect(error?.message.contains("secret") == false)
        await pool.close()
    }

    @Test("Statement and lock timeouts end a statement with their own codes")
    func timeouts() async throws {
        try await TestDatabase.withPool(configure: { $0.statementTimeoutMilliseconds = 200 }) { pool in
            let slow = await #expect(throws: PostgresError.self) { try await pool.query("SELECT pg_sleep(20)") }
            #expect(slow?.sqlState == "57014")
        }
        try await TestDatabase.withPool(configure: { $0.lockTimeoutMilliseconds = 100 }) { pool in
            try await pool.query("CREATE TABLE guarded (id int)")
            try await pool.transaction { holder in
                try await holder.query("LOCK TABLE guarded")
                let blocked = await #expect(throws: PostgresError.self) { try await pool.query("SELECT * FROM guarded") }
                #expect(blocked?.sqlState == "55P03")
            }
        }
    }

    @Test("A violated constraint is named with its table")
    func constraint() async throws {
        try await TestDatabase.withPool { pool in
            try await pool.query("CREATE TABLE patients (email text CONSTRAINT one_email UNIQUE)")
            #expect(try await pool.query("INSERT INTO patients VALUES (\("a@example.org"))").affectedRows == 1)
            let error = await #expect(throws: PostgresError.self) {
                try await pool.query("INSERT INTO patients VALUES (\("a@example.org"))")
            }
            #expect(error?.sqlState == "23505")
            #expect(error?.constraint == "one_email")
            #expect(error?.table == "patients")
            #expect(error?.detail?.contains("a@example.org") == true)
            #expect(error.map { "\($0)".contains("example") } == false)
        }
    }
}
