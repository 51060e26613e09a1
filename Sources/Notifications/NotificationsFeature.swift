import CurlClient
import Foundation
import Hummingbird
import Jobs
import Logging
import Postgres
import ServiceLifecycle
import Web

/// Tells people about their bookings, by e-mail, text message and push message. The front door of this feature.
public struct NotificationsFeature: Sendable {
    /// What this feature asks of others.
    public struct Dependencies: Sendable {
        /// Whether a booking is confirmed and has this version, asked right before each message about it.
        public var bookingStillStands: @Sendable (_ bookingID: UUID, _ version: Int) async throws -> Bool
        /// The booking as an iCalendar file for its patient, with METHOD; nil sends none.
        public var calendarFile: @Sendable (_ bookingID: UUID) async throws -> String?
        /// How to reach an account; nil when it is gone.
        public var contact: @Sendable (_ accountID: UUID) async throws -> Contact?
        /// A device that is no more.
        public var forgetPushToken: @Sendable (_ token: String) async throws -> Void

        public init(
            bookingStillStands: @escaping @Sendable (_ bookingID: UUID, _ version: Int) async throws -> Bool,
            calendarFile: @escaping @Sendable (_ bookingID: UUID) async throws -> String?,
            contact: @escaping @Sendable (_ accountID: UUID) async throws -> Contact?,
            forgetPushToken: @escaping @Sendable (_ token: String) async throws -> Void
        ) {
            self.bookingStillStands = bookingStillStands
            self.calendarFile = calendarFile
            self.contact = contact
            self.forgetPushToken = forgetPushToken
        }
    }

    let hear: HearBookingEvent
    let sending: SendNotifications
    private let providers: NotificationProviders
    private let publicURL: String

    /// - Parameters:
    ///   - publicURL: of the site, as people and Twilio reach it, without a slash at its end.
    ///   - now: the clock of due times, quiet hours and retries.
    /// - Throws: when FCM's key is none.
    public init(
        dependencies: Dependencies, providers: NotificationProviders, reminders: ReminderTimes, siteName: String, publicURL: String,
        pool: PostgresPool, secrets: WebSecrets, logger: Logger, now: @escaping @Sendable () -> Date = { Date() }
    ) throws {
        hear = HearBookingEvent(reminders: reminders, now: now)
        sending = SendNotifications(
            store: NotificationStore(pool: pool), dependencies: dependencies,
            channels: try providers.channels(statusCallback: publicURL + NotificationRoutes.statusPath, logger: logger, now: now),
            texts: try MessageTexts(sender: siteName, baseURL: publicURL), addressHash: AddressHash(key: secrets.key("notifications/addresses/v1")),
            now: now, logger: logger)
        self.providers = providers
        self.publicURL = publicURL
    }

    /// In the order they are applied.
    public static var migrations: [Migration] { NotificationsMigrations.all }

    /// Hears what happens to bookings.
    public var subscriber: Subscriber {
        Subscriber(name: "notifications", events: Set(BookingEvent.Kind.allCases.map(\.rawValue))) { [hear] event, connection in
            try await hear(event, on: connection)
        }
    }

    /// Sends what is due, every second, and deletes what is old.
    public var jobs: [any Service] {
        [
            PeriodicJob(name: "send notifications", every: .seconds(1), logger: sending.logger) { [sending] in try await sending() },
            PeriodicJob(name: "delete old notifications", every: .seconds(3_600), logger: sending.logger) { [sending] in
                while try await sending.store.deleteOld() {}
            },
        ]
    }

    public func addRoutes(to router: Router<AppRequestContext>) {
        let record = RecordDeliveryReport(store: sending.store, addressHash: sending.addressHash, now: sending.now)
        NotificationRoutes(twilio: providers.twilio, publicURL: publicURL, record: record).add(to: router)
    }

    /// Sends a code now, once. Nothing of it is kept: a code is worth an account.
    ///
    /// Takes as long as the provider does, up to half a minute: who must not show whether an address is known calls it apart.
    /// - Throws: `AccountMessageError`; `PostgresError` when it cannot be told whether the address is suppressed.
    public func sendAccountMessage(
        to address: AccountAddress, purpose: AccountMessagePurpose, code: String, language: String = "en"
    ) async throws {
        try await sending.sendAccountMessage(to: address, purpose: purpose, code: code, language: language)
    }
}
