import Foundation
import Postgres

/// Something that happened, written in the transaction in which it happened.
public struct OutboxEvent: Sendable {
    /// Rises within a subject.
    public let id: Int64
    /// What happened, `noun.past-tense`: `booking.confirmed`.
    public let name: String
    /// What it happened to, for example a booking's id; at most 200 bytes. Events of one subject are heard in order.
    public let subject: String
    /// A JSON object with `"schema": 1`. PostgreSQL keeps it as jsonb: the same values, not the same bytes.
    public let payload: [UInt8]
    public let occurredAt: Date

    public init(id: Int64, name: String, subject: String, payload: [UInt8], occurredAt: Date) {
        self.id = id
        self.name = name
        self.subject = subject
        self.payload = payload
        self.occurredAt = occurredAt
    }
}

/// Where events are written.
public enum Outbox {
    /// Adds an event to the open transaction of `connection`: it exists if that commits. Subscribers are woken then.
    ///
    /// Order holds within a subject whose writers wait for one another, as those do that first lock or change its row.
    /// One statement. NOTIFY makes commits wait for each other; once a transaction, however many events.
    /// - Throws: `PostgresError`, also when the payload is no JSON object with a schema or a name is not `noun.past-tense`.
    public static func append(name: String, subject: String, payload: [UInt8], on connection: PostgresConnection) async throws {
        try await connection.query(
            """
            WITH event AS (
                INSERT INTO outbox_events (name, subject, payload)
                VALUES (\(name), \(subject), convert_from(\(payload), 'UTF8')::jsonb) RETURNING event_id)
            SELECT pg_notify(\(channel), '') FROM event
            """)
    }

    static let channel = "outbox_events"
}
