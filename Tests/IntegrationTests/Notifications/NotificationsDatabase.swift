import Crypto
import Domain
import Foundation
import Jobs
import Logging
import Postgres
import Synchronization

@testable import Notifications

/// A database of its own with outbox and notifications, a table of bookings as another feature would keep it, a clock to be set, and
/// channels that note what is handed to them.
final class NotificationsDatabase: Sendable {
    struct Sent: Sendable, Equatable {
        let channel: Channel
        let kind: String
        let address: String
        let text: String
        let calendar: String?
        let id: UUID
    }

    let pool: PostgresPool
    let sent = Recorder<Sent>()
    let forgotten = Recorder<String>()
    private let clock: Mutex<Date>
    private let contacts = Mutex<[UUID: Contact]>([:])
    /// What the next sendings answer; accepted when there is none.
    private let outcomes = Mutex<[SendOutcome]>([])
    private let beforeAsking: @Sendable (UUID) async -> Void

    /// Thursday 26 November 2026, 10:00 in Johannesburg.
    static let start = Date(timeIntervalSince1970: 1_795_680_000)

    private init(pool: PostgresPool, beforeAsking: @escaping @Sendable (UUID) async -> Void) {
        self.pool = pool
        self.beforeAsking = beforeAsking
        clock = Mutex(Self.start)
    }

    static func with(
        beforeAsking: @escaping @Sendable (UUID) async -> Void = { _ in }, _ body: @Sendable (NotificationsDatabase) async throws -> Void
    ) async throws {
        try await TestDatabase.withPool(configure: { $0.maximumConnections = 20 }) { pool in
            _ = try await Migrator(pool: pool, logger: TestDatabase.logger).migrate(JobsMigrations.all + NotificationsFeature.migrations)
            try await pool.query("CREATE TABLE their_bookings (booking_id uuid PRIMARY KEY, version integer, is_standing boolean)")
            try await body(NotificationsDatabase(pool: pool, beforeAsking: beforeAsking))
        }
    }

    var now: Date { clock.withLock { $0 } }
    func set(_ date: Date) { clock.withLock { $0 = date } }
    func answer(_ outcomes: [SendOutcome]) { self.outcomes.withLock { $0 = outcomes } }

    func addContact(_ contact: Contact = Contact(email: "thandi@example.org", phone: "+27821234567", pushTokens: ["token"])) -> UUID {
        let id = UUID()
        contacts.withLock { $0[id] = contact }
        return id
    }

    private struct Noting: MessageChannel {
        let channel: Channel
        let database: NotificationsDatabase

        func send(_ message: Message, to address: String) async throws -> SendOutcome {
            let text = channel == .email ? message.text : message.shortText
            database.sent.note(Sent(channel: channel, kind: message.kind, address: address, text: text, calendar: message.calendar, id: message.id))
            return database.outcomes.withLock { $0.isEmpty ? .accepted(providerID: "SM\(message.id)") : $0.removeFirst() }
        }
    }

    private var dependencies: NotificationsFeature.Dependencies {
        NotificationsFeature.Dependencies(
            bookingStillStands: { [self] id, version in
                await beforeAsking(id)
                return try await !pool.query(
                    "SELECT FROM their_bookings WHERE booking_id = \(id) AND version = \(Int32(version)) AND is_standing").isEmpty
            },
            calendarFile: { "BEGIN:VCALENDAR\r\nMETHOD:REQUEST\r\nUID:\($0)\r\nEND:VCALENDAR\r\n" },
            contact: { [self] id in contacts.withLock { $0[id] } },
            forgetPushToken: { [self] in _ = forgotten.note($0) })
    }

    func sender() throws -> SendNotifications {
        let noting = Dictionary(uniqueKeysWithValues: Channel.allCases.map { ($0, Noting(channel: $0, database: self) as any MessageChannel) })
        return SendNotifications(
            store: NotificationStore(pool: pool), dependencies: dependencies, channels: noting,
            texts: try MessageTexts(sender: "RateTheDoctor", baseURL: "https://site.example"),
            addressHash: AddressHash(key: SymmetricKey(data: Array(repeating: 7, count: 32))), now: { [self] in now }, logger: TestDatabase.logger)
    }

    private var subscriber: Subscriber {
        let hear = HearBookingEvent(reminders: ReminderTimes(), now: { [self] in now })
        return Subscriber(name: "notifications", events: Set(BookingEvent.Kind.allCases.map(\.rawValue))) { try await hear($0, on: $1) }
    }

    /// Changes the booking and writes the event in one transaction, as Booking does.
    func happen(_ name: String, _ booking: UUID, version: Int, account: UUID, startsAt: Date, cancelledBy: String? = nil) async throws {
        let time = LocalTime.text(startsAt)
        let payload = """
            {"schema": 1, "booking_id": "\(booking)", "version": \(version), "account_id": "\(account)", "doctor_name": "Dr A Mokoena",
            "practice_name": "Rooms", "address": "", "starts_at": "\(time)", "kind": "first_visit", "old_starts_at": null,
            "cancelled_by": \(cancelledBy.map { "\"\($0)\"" } ?? "null")}
            """
        try await pool.transaction { [now] connection in
            try await connection.query(
                """
                INSERT INTO their_bookings VALUES (\(booking), \(Int32(version)), \(name == "booking.confirmed" || name == "booking.rescheduled"))
                ON CONFLICT (booking_id) DO UPDATE SET version = excluded.version, is_standing = excluded.is_standing
                """)
            try await Outbox.append(name: name, subject: booking.uuidString, payload: Array(payload.utf8), on: connection)
            // The tests' clock is not the database's.
            try await connection.query("UPDATE outbox_events SET occurred_at = \(now) WHERE event_id = (SELECT max(event_id) FROM outbox_events)")
        }
    }

    /// Lets the subscriber hear everything.
    func hear() async throws {
        let runner = OutboxRunner(pool: pool, subscribers: [subscriber], logger: TestDatabase.logger)
        let running = Task { try await runner.run() }
        defer { running.cancel() }
        while try await count("outbox_events e WHERE NOT EXISTS (SELECT FROM outbox_deliveries d WHERE d.event_id = e.event_id AND state <> 'pending')") > 0 {
            if try await count("outbox_deliveries WHERE failed_attempts > 0") > 0 { throw Unheard() }
            try await Task.sleep(for: .milliseconds(5))
        }
    }

    private struct Unheard: Error {}

    /// Runs the runner while `body` runs.
    func whileHearing(_ body: () async throws -> Void) async throws {
        let runner = OutboxRunner(pool: pool, subscribers: [subscriber], logger: TestDatabase.logger)
        let running = Task { try await runner.run() }
        defer { running.cancel() }
        try await body()
    }

    /// Hears and sends what is due at a time.
    @discardableResult
    func proceed(to date: Date? = nil) async throws -> [Sent] {
        if let date { set(date) }
        try await hear()
        let before = sent.values.count
        try await sender()()
        return Array(sent.values[before...])
    }

    func count(_ rows: SQL) async throws -> Int {
        try await pool.query("SELECT count(*) AS rows FROM \(rows)")[0].decode("rows")
    }
}

extension [NotificationsDatabase.Sent] {
    var kinds: [String] { map { "\($0.channel) \($0.kind)" }.sorted() }
}
