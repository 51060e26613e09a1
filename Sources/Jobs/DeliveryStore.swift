import Foundation
import Postgres

/// All SQL of delivering: which events a subscriber has heard, which come next, and which were given up.
struct DeliveryStore: Sendable {
    /// The next event of a subscriber, locked for the transaction.
    struct Claim {
        let event: OutboxEvent
        let failedAttempts: Int
    }

    /// How a subscriber stands.
    struct Standing {
        let pending: Int
        let parked: Int
        /// Since the oldest pending event happened; 0 with none.
        let oldestAgeSeconds: Double
    }

    static let batch = 5_000
    private static let retentionDays: Int32 = 30

    let pool: PostgresPool

    /// Makes the subscriber known. Names it did not hear before, and a database restored to an earlier transaction counter, have
    /// it read all kept events again; what has a delivery is passed over. Names are never taken away: the version before this
    /// one may still run.
    func register(_ subscriber: Subscriber) async throws {
        let events = subscriber.events.sorted()
        try await pool.query(
            """
            INSERT INTO outbox_subscribers AS known (subscriber, events) VALUES (\(subscriber.name), \(events))
            ON CONFLICT (subscriber) DO UPDATE SET
                events = ARRAY(SELECT DISTINCT unnest(known.events || excluded.events) ORDER BY 1),
                horizon = CASE WHEN known.events @> excluded.events AND known.horizon <= pg_snapshot_xmax(pg_current_snapshot())
                    THEN known.horizon ELSE '0' END
            """)
    }

    /// Gives every event that has none a delivery, at most a batch.
    ///
    /// Reads again from the oldest transaction that was running at the time before, since ids and times are given before commits,
    /// which come in another order. The horizon is taken before the rows are read, so that no row can lie between.
    /// - Returns: whether there may be more.
    func fanOut(_ subscriber: String) async throws -> Bool {
        let unread = try await pool.query(
            "SELECT FROM outbox_subscribers s WHERE subscriber = \(subscriber) AND EXISTS (SELECT FROM outbox_events WHERE tx >= s.horizon)")
        guard !unread.isEmpty else { return false }
        return try await pool.transaction { connection in
            let rows = try await connection.query(
                """
                SELECT events, horizon, pg_snapshot_xmin(pg_current_snapshot()) AS next_horizon
                FROM outbox_subscribers WHERE subscriber = \(subscriber) FOR UPDATE SKIP LOCKED
                """)
            // Another runner is at it.
            guard let row = rows.first else { return false }
            let (events, horizon): ([String], TransactionID) = (try row.decode("events"), try row.decode("horizon"))
            let added = try await connection.query(
                """
                INSERT INTO outbox_deliveries (subscriber, event_id, subject)
                SELECT \(subscriber), event_id, subject FROM outbox_events e
                WHERE tx >= \(horizon) AND name = ANY(\(events)) AND NOT EXISTS (
                    SELECT FROM outbox_deliveries d WHERE d.subscriber = \(subscriber) AND d.event_id = e.event_id)
                ORDER BY event_id LIMIT \(Self.batch)
                """)
            guard added.affectedRows < Self.batch else { return true }
            try await connection.query(
                """
                UPDATE outbox_subscribers SET horizon = \(row.decode("next_horizon", as: TransactionID.self))
                WHERE subscriber = \(subscriber)
                """)
            return false
        }
    }

    /// The oldest event that is due, is nobody else's and has no pending one of its subject before it.
    func claim(_ subscriber: Subscriber, on connection: PostgresConnection) async throws -> Claim? {
        try await connection.query(
            """
            SELECT e.event_id, e.name, e.subject, e.payload::text AS payload, e.occurred_at, d.failed_attempts
            FROM outbox_deliveries d JOIN outbox_events e USING (event_id)
            WHERE d.subscriber = \(subscriber.name) AND d.state = 'pending' AND d.due_at <= clock_timestamp()
                AND e.name = ANY(\(subscriber.events.sorted()))
                AND NOT EXISTS (
                    SELECT FROM outbox_deliveries earlier
                    WHERE earlier.subscriber = d.subscriber AND earlier.subject = d.subject AND earlier.state = 'pending'
                        AND earlier.event_id < d.event_id)
            ORDER BY d.event_id LIMIT 1 FOR UPDATE OF d SKIP LOCKED
            """
        ).first.map(Claim.init)
    }

    func finish(_ event: OutboxEvent, of subscriber: String, on connection: PostgresConnection) async throws {
        try await connection.query(
            """
            UPDATE outbox_deliveries SET state = 'done', ended_at = clock_timestamp()
            WHERE subscriber = \(subscriber) AND event_id = \(event.id)
            """)
    }

    /// Notes a failure: tried again after the pause, or given up when there is none.
    func fail(_ claim: Claim, of subscriber: String, error: String, pauseSeconds: Double?) async throws {
        try await pool.query(
            """
            UPDATE outbox_deliveries SET failed_attempts = \(Int32(claim.failedAttempts + 1)), last_error = \(error),
                state = CASE WHEN \(pauseSeconds == nil) THEN 'parked' ELSE 'pending' END,
                ended_at = CASE WHEN \(pauseSeconds == nil) THEN clock_timestamp() END,
                due_at = clock_timestamp() + make_interval(secs => \(pauseSeconds ?? 0))
            WHERE subscriber = \(subscriber) AND event_id = \(claim.event.id) AND state = 'pending'
                AND failed_attempts = \(Int32(claim.failedAttempts))
            """)
    }

    func standing(of subscriber: String) async throws -> Standing {
        let row = try await pool.query(
            """
            SELECT count(*) FILTER (WHERE state = 'pending') AS pending, count(*) FILTER (WHERE state = 'parked') AS parked,
                coalesce(extract(epoch FROM clock_timestamp() - min(occurred_at) FILTER (WHERE state = 'pending')), 0)::float8 AS age
            FROM outbox_deliveries JOIN outbox_events USING (event_id)
            WHERE subscriber = \(subscriber) AND state IN ('pending', 'parked')
            """)[0]
        return Standing(
            pending: try row.decode("pending"), parked: try row.decode("parked"), oldestAgeSeconds: try row.decode("age"))
    }

    /// Deletes events older than 30 days that all these subscribers have heard, at most a batch.
    /// - Returns: whether there may be more.
    func prune(heardBy subscribers: [String]) async throws -> Bool {
        try await pool.query(
            """
            DELETE FROM outbox_events WHERE event_id IN (
                SELECT event_id FROM outbox_events e
                WHERE occurred_at < clock_timestamp() - make_interval(days => \(Self.retentionDays))
                    AND NOT EXISTS (SELECT FROM outbox_deliveries d WHERE d.event_id = e.event_id AND d.state <> 'done')
                    AND NOT EXISTS (
                        SELECT FROM outbox_subscribers s WHERE s.subscriber = ANY(\(subscribers)) AND s.horizon <= e.tx)
                ORDER BY occurred_at LIMIT \(Self.batch))
            """).affectedRows == Self.batch
    }
}

extension DeliveryStore.Claim {
    fileprivate init(_ row: PostgresRow) throws {
        let payload: String = try row.decode("payload")
        event = OutboxEvent(
            id: try row.decode("event_id"), name: try row.decode("name"), subject: try row.decode("subject"),
            payload: Array(payload.utf8), occurredAt: try row.decode("occurred_at"))
        failedAttempts = Int(try row.decode("failed_attempts", as: Int32.self))
    }
}
