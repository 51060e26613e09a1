import Logging

/// Applies migrations in list order, each in a transaction of its own, under a lock so that several servers may start
/// at once. What it applied stands in `schema_migrations`; rows it does not know come from a newer server and stay.
public struct Migrator: Sendable {
    private let pool: PostgresPool
    private let logger: Logger

    public init(pool: PostgresPool, logger: Logger) {
        self.pool = pool
        self.logger = logger
    }

    /// Applies what is missing and returns it.
    /// - Throws: ``MigrationError``, before applying anything when an applied migration has changed; ``PostgresError`` of
    ///   the first that fails, with the ones before it applied.
    public func migrate(_ migrations: [Migration]) async throws -> [Migration] {
        _ = try await locked { try await $0.query(Self.createTable) }
        let missing = try await pending(migrations)
        var applied: [Migration] = []
        for migration in missing where try await locked({ try await apply(migration, $0) }) {
            logger.notice("migration applied", metadata: ["feature": "\(migration.feature)", "name": "\(migration.name)"])
            applied.append(migration)
        }
        return applied
    }

    /// The migrations not applied yet, in list order.
    /// - Throws: ``MigrationError`` when an applied one has changed.
    public func pending(_ migrations: [Migration]) async throws -> [Migration] {
        try await pool.withConnection { connection in
            let table = try await connection.query("SELECT to_regclass('schema_migrations') IS NOT NULL AS found")
            guard try table[0].decode("found", as: Bool.self) else { return migrations }
            var pending: [Migration] = []
            for migration in migrations where try await !isApplied(migration, connection) { pending.append(migration) }
            return pending
        }
    }

    private static let createTable: SQL = """
        CREATE TABLE IF NOT EXISTS schema_migrations (
            feature text NOT NULL,
            name text NOT NULL,
            checksum text NOT NULL,
            applied_at timestamptz NOT NULL DEFAULT now(),
            PRIMARY KEY (feature, name)
        )
        """

    private func isApplied(_ migration: Migration, _ connection: PostgresConnection) async throws -> Bool {
        let rows = try await connection.query(
            """
            SELECT checksum = encode(sha256(convert_to(\(migration.sql), 'UTF8')), 'hex') AS unchanged
            FROM schema_migrations WHERE feature = \(migration.feature) AND name = \(migration.name)
            """
        )
        guard let row = rows.first else { return false }
        guard try row.decode("unchanged", as: Bool.self) else {
            throw MigrationError.changed(feature: migration.feature, name: migration.name)
        }
        return true
    }

    /// Returns `false` when another migrator was faster.
    private func apply(_ migration: Migration, _ connection: PostgresConnection) async throws -> Bool {
        guard try await !isApplied(migration, connection) else { return false }
        try await connection.execute(script: migration.sql)
        guard connection.session.status == .inTransaction else {
            throw MigrationError.endsTransaction(feature: migration.feature, name: migration.name)
        }
        try await connection.query(
            """
            INSERT INTO schema_migrations (feature, name, checksum) VALUES
                (\(migration.feature), \(migration.name), encode(sha256(convert_to(\(migration.sql), 'UTF8')), 'hex'))
            """
        )
        return true
    }

    /// Runs `body` in a transaction that no other migrator of this database is in. Waiting for the lock and the
    /// migration itself may take their time; a table lock may not, because everyone queues behind a waiting ALTER TABLE.
    private func locked<Value: Sendable>(_ body: @Sendable (PostgresConnection) async throws -> Value) async throws -> Value {
        let lockTimeout = pool.configuration.lockTimeoutMilliseconds
        return try await pool.transaction { connection in
            try await connection.execute(script: "SET LOCAL statement_timeout = 0; SET LOCAL lock_timeout = 0")
            try await connection.query("SELECT pg_advisory_xact_lock(hashtextextended('schema_migrations', 0))")
            try await connection.execute(script: "SET LOCAL lock_timeout = \(lockTimeout)")
            return try await body(connection)
        }
    }
}
