import Postgres
import Testing

@Suite("Transactions", .enabled(if: TestDatabase.isAvailable, TestDatabase.hint), .timeLimit(.minutes(15)))
struct PostgresTransactionTests {
    private struct Refusal: Error {}

    @Test("A transaction commits when its body returns and rolls back when it throws")
    func commits() async throws {
        try await TestDatabase.withPool { pool in
            try await pool.query("CREATE TABLE visits (id int)")
            let value = try await pool.transaction { connection in
                try await connection.query("INSERT INTO visits VALUES (1)")
                return 7
            }
            #expect(value == 7)
            await #expect(throws: Refusal.self) {
                try await pool.transaction { connection in
                    try await connection.query("INSERT INTO visits VALUES (2)")
                    throw Refusal()
                }
            }
            #expect(try await pool.query("SELECT id FROM visits").map { try $0.decode("id", as: Int.self) } == [1])
        }
    }

    @Test("Isolation and access are what was asked for")
    func modes() async throws {
        try await TestDatabase.withPool { pool in
            let row = try await pool.transaction(isolation: .repeatableRead, access: .readOnly) { connection in
                try await connection.query(
                    "SELECT current_setting('transaction_isolation') AS isolation, current_setting('transaction_read_only') AS read_only")[
                        0]
            }
            #expect(try row.decode("isolation") == "repeatable read")
            #expect(try row.decode("read_only") == "on")
        }
    }

    @Test("Two serializable transactions that read what the other writes both succeed, one at its second try")
    func serializationRetry() async throws {
        try await TestDatabase.withPool { pool in
            try await pool.query("CREATE TABLE on_call (doctor int PRIMARY KEY, active bool NOT NULL)")
            try await pool.query("INSERT INTO on_call VALUES (1, true), (2, true)")
            let attempts = Recorder<Void>()
            let bothRead = Rendezvous(2)
            try await withThrowingTaskGroup { group in
                for doctor in 1...2 {
                    group.addTask {
                        try await pool.transaction(isolation: .serializable) { connection in
                            attempts.note(())
                            let active = try await connection.query("SELECT count(*) AS n FROM on_call WHERE active")[0].decode(
                                "n", as: Int.self)
                            await bothRead.arrive()
                            if active > 1 { try await connection.query("UPDATE on_call SET active = false WHERE doctor = \(doctor)") }
                        }
                    }
                }
                try await group.waitForAll()
            }
            // One of the two runs again, under load perhaps more than once.
            #expect(attempts.values.count >= 3)
            #expect(try await pool.query("SELECT count(*) AS n FROM on_call WHERE active")[0].decode("n") == 1)
        }
    }

    @Test("A serialization failure that only COMMIT finds is tried again too")
    func failureAtCommit() async throws {
        try await TestDatabase.withPool { pool in
            try await pool.query("CREATE TABLE t (id int)")
            try await pool.query(
                """
                CREATE FUNCTION fail_once() RETURNS trigger LANGUAGE plpgsql AS $$
                BEGIN
                    IF (SELECT count(*) FROM t) < 2 THEN RAISE EXCEPTION 'late' USING ERRCODE = '40001'; END IF;
                    RETURN NULL;
                END $$
                """
            )
            try await pool.query(
                "CREATE CONSTRAINT TRIGGER late AFTER INSERT ON t DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION fail_once()"
            )
            let attempts = Recorder<Void>()
            try await pool.transaction { connection in
                for _ in 0..<attempts.note(()) { try await connection.query("INSERT INTO t VALUES (1)") }
            }
            #expect(attempts.values.count == 2)
            #expect(try await pool.query("SELECT count(*) AS n FROM t")[0].decode("n") == 2)
        }
    }

    @Test("A deadlock is broken by trying one side again")
    func deadlockRetry() async throws {
        try await TestDatabase.withPool(configure: { $0.lockTimeoutMilliseconds = 0 }) { pool in
            try await pool.query("CREATE TABLE accounts (id int PRIMARY KEY, cents int NOT NULL)")
            try await pool.query("INSERT INTO accounts VALUES (1, 0), (2, 0)")
            let attempts = Recorder<Void>()
            let bothLocked = Rendezvous(2)
            try await withThrowingTaskGroup { group in
                for (first, second) in [(1, 2), (2, 1)] {
                    group.addTask {
                        try await pool.transaction { connection in
                            attempts.note(())
                            try await connection.query("UPDATE accounts SET cents = cents + 1 WHERE id = \(first)")
                            await bothLocked.arrive()
                            try await connection.query("UPDATE accounts SET cents = cents + 1 WHERE id = \(second)")
                        }
                    }
                }
                try await group.waitForAll()
            }
            #expect(attempts.values.count >= 3)
            #expect(try await pool.query("SELECT cents FROM accounts").map { try $0.decode("cents", as: Int.self) } == [2, 2])
        }
    }

    @Test("An error the body swallows does not pass for a commit")
    func swallowedError() async throws {
        try await TestDatabase.withPool { pool in
            let error = await #expect(throws: PostgresError.self) {
                try await pool.transaction { connection in
                    try await connection.query("CREATE TABLE lost (id int)")
                    _ = try? await connection.query("SELECT 1 / 0")
                }
            }
            #expect(error?.sqlState == "25P02")
            let row = try await pool.query("SELECT to_regclass('lost') IS NULL AS gone")[0]
            #expect(try row.decode("gone"))
        }
    }

    @Test("Statements prepared before a table changed are prepared again, in a transaction by trying it again")
    func staleStatements() async throws {
        try await TestDatabase.withPool(configure: { $0.maximumConnections = 1 }) { pool in
            try await pool.query("CREATE TABLE t (a int)")
            try await pool.query("INSERT INTO t VALUES (1)")
            #expect(try await pool.query("SELECT * FROM t")[0].decode("a", as: Int.self) == 1)
            try await pool.query("ALTER TABLE t ALTER a TYPE text")
            #expect(try await pool.query("SELECT * FROM t")[0].decode("a", as: String.self) == "1")
            try await pool.query("ALTER TABLE t ADD b int")
            let columns = try await pool.transaction { try await $0.query("SELECT * FROM t")[0].decode("b", as: Int?.self) }
            #expect(columns == nil)
            try await pool.query("DEALLOCATE ALL")
            #expect(try await pool.query("SELECT * FROM t").count == 1)
        }
    }

    @Test("The server holds a bounded number of prepared statements")
    func boundedCache() async throws {
        try await TestDatabase.withPool(configure: { $0.maximumConnections = 1 }) { pool in
            for number in 0..<600 { try await pool.query("SELECT \(unescaped: "\(number)") AS n") }
            let prepared = try await pool.query("SELECT count(*) AS n FROM pg_prepared_statements")[0].decode("n", as: Int.self)
            #expect((2...256).contains(prepared))
        }
    }
}

/// Lets tasks go on once `count` of them have arrived; later ones pass.
private actor Rendezvous {
    private let count: Int
    private var arrived = 0
    private var waiting: [CheckedContinuation<Void, Never>] = []

    init(_ count: Int) {
        self.count = count
    }

    func arrive() async {
        arrived += 1
        if arrived < count {
            await withCheckedContinuation { waiting.append($0) }
        } else {
            for continuation in waiting { continuation.resume() }
            waiting = []
        }
    }
}
