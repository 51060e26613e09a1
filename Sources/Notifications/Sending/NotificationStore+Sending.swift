import Foundation
import Postgres

/// A message that was taken for sending.
struct TakenNotification: Sendable {
    let id: UUID
    let bookingID: UUID
    let bookingVersion: Int
    let accountID: UUID
    let purpose: Purpose
    let channel: Channel
    let visit: Visit
    /// This one included.
    let attempts: Int
    let expiresAt: Date
}

/// Why an address gets nothing any more.
enum SuppressionReason: String, Sendable {
    case hardBounce = "hard_bounce"
    case invalidNumber = "invalid_number"
    case optedOut = "opted_out"
}

// SQL of sending.
extension NotificationStore {
    /// Marks what is due next as being sent, before anything is sent: one message, or the text messages that remind one account of
    /// several visits on one day. Nil when nothing is due; none when others were faster and there may be more.
    ///
    /// The notice of a cancellation waits while another message of its booking is being sent, so that it is the last one. Messages of one
    /// account are taken by one sender at a time, or two reminders of one day would be sent apart.
    func take(now: Date, without paused: [Channel] = []) async throws -> [TakenNotification]? {
        let due = Self.due(now: now, without: paused)
        return try await pool.transaction { connection in
            let free = try await connection.query(
                """
                SELECT notification_id FROM (\(due) ORDER BY due_at LIMIT 50) AS due
                WHERE pg_try_advisory_xact_lock(hashtextextended('notifications ' || account_id::text, 0)) LIMIT 1
                """)
            if let row = free.first { return try await Self.markSending(row.decode("notification_id"), now: now, on: connection) }
            return try await connection.query("\(due) LIMIT 1").isEmpty ? nil : []
        }
    }

    private static func due(now: Date, without paused: [Channel]) -> SQL {
        """
        SELECT notification_id, account_id FROM notifications n
        WHERE state = 'planned' AND due_at <= \(now) AND channel <> ALL(\(paused.map(\.rawValue)))
            AND NOT (\(QuietHours.contains(now)) AND purpose IN ('reminder', 'offer'))
            AND NOT (purpose = 'cancellation' AND EXISTS (
                SELECT FROM notifications other
                WHERE other.booking_id = n.booking_id AND other.state = 'sending' AND other.purpose <> 'cancellation'))
        """
    }

    /// The state is asked of the row that is locked: only that one is read anew when a cancellation dropped it meanwhile.
    private static func markSending(_ id: UUID, now: Date, on connection: PostgresConnection) async throws -> [TakenNotification] {
        try await connection.query(
            """
            UPDATE notifications SET state = 'sending', sending_since = \(now), attempts = attempts + 1
            WHERE notification_id IN (
                SELECT other.notification_id FROM notifications one JOIN notifications other ON
                    other.notification_id = one.notification_id
                    OR one.channel = 'sms' AND one.purpose = 'reminder' AND other.account_id = one.account_id
                        AND other.channel = one.channel AND other.purpose = one.purpose
                        AND (other.visit_starts_at AT TIME ZONE 'Africa/Johannesburg')::date
                            = (one.visit_starts_at AT TIME ZONE 'Africa/Johannesburg')::date
                WHERE one.notification_id = \(id) AND one.state = 'planned' AND other.state = 'planned'
                FOR UPDATE OF other SKIP LOCKED)
            RETURNING notification_id, booking_id, booking_version, account_id, purpose, channel, visit, attempts, expires_at
            """
        ).map(TakenNotification.init).sorted { $0.visit.startsAt < $1.visit.startsAt }
    }

    /// Whether the booking is known to stand in this version.
    func isKnownToStand(_ message: TakenNotification) async throws -> Bool {
        try await !pool.query(
            """
            SELECT FROM notification_bookings
            WHERE booking_id = \(message.bookingID) AND version = \(Int32(message.bookingVersion)) AND is_standing
            """
        ).isEmpty
    }

    /// Messages this account got by the channel within a day.
    func sentWithinADay(_ message: TakenNotification, now: Date) async throws -> Int {
        try await pool.query(
            """
            SELECT count(*) AS messages FROM notifications WHERE account_id = \(message.accountID) AND channel = \(message.channel.rawValue)
                AND ended_at > \(now.addingTimeInterval(-86_400)) AND state IN ('sent', 'uncertain')
            """)[0].decode("messages")
    }

    /// Ends messages that are being sent; one that was given up meanwhile keeps its state.
    func end(_ ids: [UUID], state: EndState, reason: String?, providerID: String? = nil) async throws {
        try await pool.query(
            """
            UPDATE notifications SET state = \(state.rawValue), reason = \(reason as String?), provider_id = \(providerID as String?), ended_at = clock_timestamp()
            WHERE notification_id = ANY(\(ids)) AND state = 'sending'
            """)
    }

    enum EndState: String, Sendable {
        case sent, dropped, failed, uncertain
    }

    /// Has messages that are known not to be sent wait for another attempt.
    func postpone(_ ids: [UUID], until due: Date, reason: String) async throws {
        try await pool.query(
            """
            UPDATE notifications SET state = 'planned', due_at = \(due), reason = \(reason), sending_since = NULL
            WHERE notification_id = ANY(\(ids)) AND state = 'sending'
            """)
    }

    /// Messages whose sender vanished: e-mails and push messages are sent again, under the id they had; a text message may be on its
    /// way already and is not.
    func recover(sendingBefore: Date, now: Date) async throws {
        try await pool.query(
            """
            UPDATE notifications SET
                state = CASE WHEN channel = 'sms' THEN 'uncertain' ELSE 'planned' END,
                ended_at = CASE WHEN channel = 'sms' THEN clock_timestamp() END,
                due_at = \(now), reason = 'sender_vanished'
            WHERE state = 'sending' AND sending_since < \(sendingBefore)
            """)
    }

    func isSuppressed(_ channel: Channel, hash: [UInt8]) async throws -> Bool {
        try await !pool.query(
            "SELECT FROM notification_suppressions WHERE channel = \(channel.rawValue) AND address_hash = \(hash)"
        ).isEmpty
    }

    func suppress(_ channel: Channel, hash: [UInt8], reason: SuppressionReason) async throws {
        try await pool.query(
            """
            INSERT INTO notification_suppressions (channel, address_hash, reason) VALUES (\(channel.rawValue), \(hash), \(reason.rawValue))
            ON CONFLICT DO NOTHING
            """)
    }

    /// Has a text message that did not arrive tried once more, if it was not yet and is still of use then.
    func tryOnceMore(_ report: DeliveryReport, at due: Date) async throws {
        try await pool.query(
            """
            UPDATE notifications SET state = 'planned', due_at = \(due), reason = \(report.errorCode as String?), sending_since = NULL,
                ended_at = NULL, provider_id = NULL, delivery_status = NULL
            WHERE provider_id = \(report.providerID) AND state = 'sent' AND attempts = 1 AND expires_at > \(due)
            """)
    }

    /// Notes what a provider reports later. Reports come twice and out of order: a final one stays.
    func note(_ report: DeliveryReport) async throws {
        try await pool.query(
            """
            UPDATE notifications SET delivery_status = \(report.status), reason = coalesce(\(report.errorCode as String?), reason)
            WHERE provider_id = \(report.providerID)
                AND coalesce(delivery_status, '') <> ALL(ARRAY['delivered', 'undelivered', 'failed', 'read', 'canceled'])
            """)
    }
}

extension TakenNotification {
    fileprivate init(_ row: PostgresRow) throws {
        id = try row.decode("notification_id")
        bookingID = try row.decode("booking_id")
        bookingVersion = Int(try row.decode("booking_version", as: Int32.self))
        accountID = try row.decode("account_id")
        purpose = try row.decode("purpose")
        channel = try row.decode("channel")
        visit = try row.decode("visit", as: JSONValue<Visit>.self).value
        attempts = Int(try row.decode("attempts", as: Int32.self))
        expiresAt = try row.decode("expires_at")
    }
}

extension Purpose: PostgresCodable {}
extension Channel: PostgresCodable {}
