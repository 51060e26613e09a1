import Postgres
import Testing

@Suite("Migrations", .enabled(if: TestDatabase.isAvailable, TestDatabase.hint), .timeLimit(.minutes(15)))
struct MigratorTests {
    private let first = Migration(
        feature: "Doctors", name: "m0001-create-doctors",
        sql: """
            CREATE TABLE doctors (id int); -- a script of several statements
            INSERT INTO doctors VALUES (1);
            CREATE FUNCTION one() RETURNS int LANGUAGE plpgsql AS $$ BEGIN RETURN 1; END $$;
            """
    )
    private let second = Migration(feature: "Doctors", name: "m0002-add-name", sql: "ALTER TABLE doctors ADD name text")

    @Test("What is missing is applied once, in order, and recorded with its checksum")
    func applies() async throws {
        try await TestDatabase.withPool { pool in
            let migrator = Migrator(pool: pool, logger: TestDatabase.logger)
            #expect(try await migrator.pending([first, second]) == [first, second])
            #expect(try await migrator.migrate([first]) == [first])
            #expect(try await migrator.pending([first, second]) == [second])
            #expect(try await migrator.migrate([first, second]) == [second])
            #expect(try await migrator.migrate([first, second]) == [])
            let rows = try await pool.query("SELECT name, length(checksum) AS digits FROM schema_migrations ORDER BY applied_at")
            #expect(try rows.map { try $0.decode("name", as: String.self) } == [first.name, second.name])
            #expect(try rows.map { try $0.decode("digits", as: Int.self) } == [64, 64])
            #expect(try await pool.query("SELECT id, name FROM doctors").count == 1)
        }
    }

    @Test("A migration changed after it was applied is refused by name, before anything else runs")
    func refusesChanged() async throws {
        try await TestDatabase.withPool { pool in
            let migrator = Migrator(pool: pool, logger: TestDatabase.logger)
            _ = try await migrator.migrate([first])
            let changed = Migration(feature: first.feature, name: first.name, sql: first.sql + " ")
            let error = await #expect(throws: MigrationError.self) { try await migrator.migrate([second, changed]) }
            #expect(error == .changed(feature: "Doctors", name: "m0001-create-doctors"))
            #expect(error.map { "\($0)".contains("Doctors/m0001-create-doctors") } == true)
            #expect(try await pool.query("SELECT FROM schema_migrations").count == 1)
        }
    }

    @Test("A migration that fails leaves nothing of itself and everything before it")
    func failsWhole() async throws {
        try await TestDatabase.withPool { pool in
            let migrator = Migrator(pool: pool, logger: TestDatabase.logger)
            let broken = Migration(feature: "Places", name: "m0001-broken", sql: "CREATE TABLE half (id int); SELECT 1 / 0;")
            let error = await #expect(throws: PostgresError.self) { try await migrator.migrate([first, broken, second]) }
            #expect(error?.sqlState == "22012")
            let left = try await pool.query("SELECT to_regclass('half') IS NULL AS gone")[0]
            #expect(try left.decode("gone"))
            let pending = try await migrator.pending([first, broken, second])
            #expect(pending == [broken, second])
        }
    }

    @Test("A migration that ends its transaction is refused")
    func refusesCommit() async throws {
        try await TestDatabase.withPool { pool in
            let migrator = Migrator(pool: pool, logger: TestDatabase.logger)
            let rogue = Migration(feature: "Places", name: "m0001-rogue", sql: "CREATE TABLE kept (id int); COMMIT;")
            await #expect(throws: MigrationError.endsTransaction(feature: "Places", name: "m0001-rogue")) {
                try await migrator.migrate([rogue])
            }
        }
    }

    @Test("Migrations this program does not know are left alone")
    func toleratesUnknown() async throws {
        try await TestDatabase.withPool { pool in
            let migrator = Migrator(pool: pool, logger: TestDatabase.logger)
            _ = try await migrator.migrate([first, second])
            #expect(try await migrator.migrate([first]) == [])
            #expect(try await pool.query("SELECT FROM schema_migrations").count == 2)
        }
    }

    @Test("Migrators that start at once apply everything exactly once")
    func concurrent() async throws {
        try await TestDatabase.with { database in
            let migrations = (1...8).map { number in
                Migration(feature: "Doctors", name: "m\(number)", sql: "CREATE TABLE t\(number) (id int); SELECT pg_sleep(0.02)")
            }
            let applied = Recorder<[Migration]>()
            try await withThrowingTaskGroup { group in
                for _ in 0..<4 {
                    group.addTask {
                        // Impatient about table locks, so that waiting for one another must not count as that.
                        try await database.withPool(configure: { $0.lockTimeoutMilliseconds = 10 }) { pool in
                            let own = try await Migrator(pool: pool, logger: TestDatabase.logger).migrate(migrations)
                            applied.note(own)
                        }
                    }
                }
                try await group.waitForAll()
            }
            #expect(applied.values.joined().map(\.name).sorted() == migrations.map(\.name))
        }
    }
}
