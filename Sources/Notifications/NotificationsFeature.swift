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
    let account: SendAccountMessage
    private let providers: NotificationProviders
    private let publicURL: String
    private let now: @Sendable () -> Date

    /// - Parameters:
    ///   - publicURL: of the site, as people and Twilio reach it, without a slash at its end.
    ///   - now: the clock of due times, quiet hours and retries.
    /// - Throws: when FCM's key is none.
    public init(
        providers: NotificationProviders, reminders: ReminderTimes, siteName: String, publicURL: String, pool: PostgresPool, secrets: WebSecrets,
        logger: Logger, now: @escaping @Sendable () -> Date = { Date() }
    ) throws {
        hear = HearBookingEvent(reminders: reminders, now: now)
        account = SendAccountMessage(
            store: NotificationStore(pool: pool),
            channels: try providers.channels(statusCallback: publicURL + NotificationRoutes.statusPath, logger: logger, now: now),
            texts: try MessageTexts(sender: siteName, baseURL: publicURL), addressHash: AddressHash(key: secrets.key("notifications/addresses/v1")),
            logger: logger)
        self.providers = providers
        self.publicURL = publicURL
        self.now = now
    }

    /// In the order they are applied.
    public static var migrations: [Migration] { NotificationsMigrations.all }

    /// Hears what happens to bookings.
    public var subscriber: Subscriber {
        Subscriber(name: "notifications", events: Set(BookingEvent.Kind.allCases.map(\.rawValue))) { [hear] event, connection in
            try await hear(event, on: connection)
        }
    }

    /// Sends what is due, every second, and deletes what is old. The dependencies come here and not before: Accounts, one of them, itself
    /// sends by this feature.
    public func jobs(_ dependencies: Dependencies) -> [any Service] {
        let send = SendNotifications(
            store: account.store, dependencies: dependencies, channels: account.channels, texts: account.texts,
            addressHash: account.addressHash, now: now, logger: account.logger)
        return [
            PeriodicJob(name: "send notifications", every: .seconds(1), logger: account.logger) { try await send() },
            PeriodicJob(name: "delete old notifications", every: .seconds(3_600), logger: account.logger) { [account] in
                while try await account.store.deleteOld() {}
            },
        ]
    }

    /// To be registered with the renderer that `addRoutes` is given.
    public static var templates: [PageTemplate] { MessageChoicesPage.templates }

    public func addRoutes(to router: Router<AppRequestContext>, pages: PageRenderer) {
        let record = RecordDeliveryReport(store: account.store, addressHash: account.addressHash, now: now)
        NotificationRoutes(twilio: providers.twilio, publicURL: publicURL, record: record).add(to: router)
        MessageChoiceRoutes(pool: account.store.pool).add(to: router)
        MessageChoicesPage(pool: account.store.pool, pages: pages).add(to: router)
    }

    /// Sends a code now, once.
    ///
    /// Takes as long as the provider does, up to half a minute: who must not show whether an address is known calls it apart.
    /// - Throws: `AccountMessageError`; `PostgresError` when it cannot be told whether the address is suppressed.
    public func sendAccountMessage(
        to address: AccountAddress, purpose: AccountMessagePurpose, code: String, language: String = "en"
    ) async throws {
        try await account(to: address, purpose: purpose, code: code, language: language)
    }
}
