import Foundation
import Jobs
import Postgres

/// A database of its own with the outbox, and a table in which handlers leave their effects.
struct OutboxDatabase: Sendable {
    let database: TestDatabase
    let pool: PostgresPool

    @discardableResult
    static func with<Value: Sendable>(_ body: @Sendable (OutboxDatabase) async throws -> Value) async throws -> Value {
        try await TestDatabase.with { database in
            try await database.withPool(configure: { $0.maximumConnections = 24 }) { pool in
                _ = try await Migrator(pool: pool, logger: TestDatabase.logger).migrate(JobsMigrations.all)
                // Nothing here forbids a second effect of an event: tests count them.
                try await pool.query(
                    "CREATE TABLE effects (effect_id bigint GENERATED ALWAYS AS IDENTITY, subscriber text, event_id bigint, subject text)")
                return try await body(OutboxDatabase(database: database, pool: pool))
            }
        }
    }

    func append(_ subject: String, name: String = "booking.confirmed") async throws {
        try await pool.transaction { try await Outbox.append(name: name, subject: subject, payload: Self.payload, on: $0) }
    }

    static let payload = Array(#"{"schema": 1, "secret": "Thandi"}"#.utf8)

    /// A subscriber that notes each event it handles.
    static func listener(
        _ name: String = "listener", events: Set<String> = ["booking.confirmed"],
        first: @escaping @Sendable (OutboxEvent) async throws -> Void = { _ in }
    ) -> Subscriber {
        Subscriber(name: name, events: events) { event, connection in
            try await first(event)
            try await connection.query(
                "INSERT INTO effects (subscriber, event_id, subject) VALUES (\(name), \(event.id), \(event.subject))")
        }
    }

    /// Runs runners with one subscriber each until `isDone`.
    func run(
        _ subscribers: [Subscriber], retry: RetryPolicy = RetryPolicy(), until isDone: @Sendable (OutboxDatabase) async throws -> Bool
    ) async throws {
        try await withThrowingTaskGroup(of: Void.self) { group in
            for subscriber in subscribers {
                group.addTask {
                    try await OutboxRunner(pool: pool, subscribers: [subscriber], retry: retry, logger: TestDatabase.logger).run()
                }
            }
            while try await !isDone(self) { try await Task.sleep(for: .milliseconds(10)) }
            group.cancelAll()
            try await group.waitForAll()
        }
    }

    func effects(_ subscriber: String = "listener") async throws -> [(event: Int64, subject: String)] {
        try await pool.query("SELECT event_id, subject FROM effects WHERE subscriber = \(subscriber) ORDER BY effect_id").map {
            (try $0.decode("event_id"), try $0.decode("subject"))
        }
    }

    func eventIDs() async throws -> [Int64] {
        try await pool.query("SELECT event_id FROM outbox_events ORDER BY event_id").map { try $0.decode("event_id") }
    }

    func count(_ rows: SQL) async throws -> Int {
        do {
            return try await pool.query("SELECT count(*) AS rows FROM \(rows)")[0].decode("rows")
        } catch let error as PostgresError where error.isConnectionLost {
            // A test that ends connections may be lent one that is just being ended.
            return try await pool.query("SELECT count(*) AS rows FROM \(rows)")[0].decode("rows")
        }
    }
}
