import Foundation
import Postgres

/// SQL of hearing events: known bookings and planned messages. Sending has its own file.
struct NotificationStore: Sendable {
    let pool: PostgresPool

    /// - Returns: the version heard last; nil when this booking was never confirmed.
    static func lockKnownBooking(_ booking: UUID, on connection: PostgresConnection) async throws -> Int? {
        let rows = try await connection.query("SELECT version FROM notification_bookings WHERE booking_id = \(booking) FOR UPDATE")
        return try rows.first.map { Int(try $0.decode("version", as: Int32.self)) }
    }

    static func know(_ event: BookingEvent, isStanding: Bool, on connection: PostgresConnection) async throws {
        try await connection.query(
            """
            INSERT INTO notification_bookings (booking_id, version, is_standing)
            VALUES (\(event.bookingID), \(Int32(event.version)), \(isStanding))
            ON CONFLICT (booking_id) DO UPDATE SET
                version = excluded.version, is_standing = excluded.is_standing, heard_at = clock_timestamp()
            """)
    }

    /// What was planned for an older state of the booking. A cancellation's notice stays.
    static func dropPlanned(of booking: UUID, on connection: PostgresConnection) async throws {
        try await connection.query(
            """
            UPDATE notifications SET state = 'dropped', reason = 'superseded', ended_at = clock_timestamp()
            WHERE booking_id = \(booking) AND state = 'planned' AND purpose <> 'cancellation'
            """)
    }

    static func plan(_ message: PlannedNotification, for event: BookingEvent, on connection: PostgresConnection) async throws {
        try await connection.query(
            """
            INSERT INTO notifications
                (booking_id, booking_version, account_id, purpose, channel, lead_hours, visit, visit_starts_at, due_at, expires_at)
            VALUES
                (\(event.bookingID), \(Int32(event.version)), \(event.accountID), \(message.purpose.rawValue), \(message.channel.rawValue),
                \(Int32(message.leadHours)), \(JSONValue(event.visit)), \(event.visit.startsAt), \(message.dueAt), \(message.expiresAt))
            ON CONFLICT DO NOTHING
            """)
    }

    /// Deletes at most a thousand messages that ended 90 days ago, and bookings nothing was heard of for 400.
    /// - Returns: whether there may be more.
    func deleteOld() async throws -> Bool {
        let messages = try await pool.query(
            """
            DELETE FROM notifications WHERE notification_id IN (
                SELECT notification_id FROM notifications WHERE ended_at < clock_timestamp() - interval '90 days' LIMIT 1000)
            """)
        try await pool.query(
            """
            DELETE FROM notification_bookings b WHERE heard_at < clock_timestamp() - interval '400 days'
                AND NOT EXISTS (SELECT FROM notifications n WHERE n.booking_id = b.booking_id AND n.state IN ('planned', 'sending'))
            """)
        return messages.affectedRows == 1_000
    }
}
