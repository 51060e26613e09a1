import Accounts
import Audit
import Booking
import Doctors
import Foundation
import Hummingbird
import Idempotency
import Jobs
import Logging
import Notifications
import Places
import Postgres
import Search
import Symptoms
import TextAnalysis
import Web

/// All features, built and joined. The only place where features meet.
struct Wiring {
    let pool: PostgresPool
    let doctors: DoctorsFeature
    let places: PlacesFeature
    let search: SearchFeature
    let symptoms: SymptomsFeature
    let accounts: AccountsFeature
    let booking: BookingFeature
    let notifications: NotificationsFeature
    let metrics: PrometheusMetrics
    private let pages: PageRenderer
    private let clients: ClientRecognition
    private let limits: RateLimits?

    /// Migrations of all features, in the order they are applied.
    static var migrations: [Migration] {
        JobsMigrations.all + IdempotentWrites.migrations + AuditLog.migrations + DoctorsFeature.migrations + PlacesFeature.migrations
            + SearchFeature.migrations + SymptomsFeature.migrations + AccountsFeature.migrations + BookingFeature.migrations
            + NotificationsFeature.migrations
    }

    /// - Parameters:
    ///   - followed: what the search index follows, the same pool or that of a standby.
    ///   - showsSampleData: whether pages say that doctors are made up.
    init(
        configuration: Configuration, pool: PostgresPool, followed: PostgresPool, metrics: PrometheusMetrics,
        showsSampleData: Bool, logger: Logger
    ) throws {
        self.pool = pool
        self.metrics = metrics
        let allSecrets = configuration.secrets(current: configuration.secret ?? Self.madeUpSecret(logger))
        let secrets = allSecrets[0]
        clients = ClientRecognition(trustedProxies: configuration.trustedProxies, key: secrets.key("web/client-addresses/v1"))
        limits = configuration.rateLimits
        pages = try PageRenderer(
            site: SiteInformation(isSampleData: showsSampleData, dataSources: DataSources.all),
            templates: DoctorsFeature.templates + SearchFeature.templates + SymptomsFeature.templates + AccountsFeature.templates + BookingFeature.templates
                + NotificationsFeature.templates)
        notifications = try NotificationsFeature(
            providers: try configuration.notificationProviders(), reminders: configuration.reminderTimes, siteName: "RateTheDoctor",
            publicURL: configuration.publicURL, pool: pool, secrets: secrets, logger: logger)
        accounts = try AccountsFeature(
            dependencies: AccountsFeature.Dependencies(send: configuration.codeSender(notifications, logger)), settings: configuration.accountSettings,
            pool: pool, secrets: allSecrets, pages: pages, logger: logger)
        booking = BookingFeature(dependencies: BookingFeature.Dependencies(accounts), pool: pool, secrets: secrets, pages: pages, logger: logger)
        let places = PlacesFeature(pool: pool, cursorSigner: secrets.cursorSigner)
        self.places = places
        doctors = DoctorsFeature(
            dependencies: DoctorsFeature.Dependencies(accounts, booking), pool: pool, documents: configuration.documentBucket, cursors: secrets.cursorSigner, pages: pages, logger: logger)
        search = try SearchFeature(
            dependencies: SearchFeature.Dependencies(
                place: { places.places.place(slug: $0) },
                placesNamed: { places.places.places(named: $0) },
                suggestPlaces: { places.places.suggestions(for: $0, limit: $1) }),
            database: pool, followed: followed, secrets: secrets, pages: pages,
            indexDirectory: configuration.indexDirectory, logger: logger)
        let search = search
        symptoms = try SymptomsFeature(
            dependencies: SymptomsFeature.Dependencies(
                terminology: { try search.terminology() },
                place: { places.places.place(slug: $0) },
                placeLike: { places.places.suggestions(for: $0, limit: 1).first },
                careNearby: { places.facilities.care($0) },
                doctors: { wish in
                    let found = try search.doctors(SearchRequest(wish))
                    return FoundDoctors(json: found.json, cards: found.cards, address: found.address)
                }),
            assessor: try configuration.symptomAssessor(logger: logger), dataDirectory: configuration.dataDirectory, pool: pool,
            retentionDays: configuration.symptomRetentionDays, secrets: secrets, pages: pages, logger: logger)
    }

    /// Every route of the server.
    func router() -> Router<AppRequestContext> {
        let router = Router.web(pages: pages, metrics: metrics, access: .site, recognise: accounts.recognise, clients: clients, limits: limits, problem: Problem.ofDatabase)
        HealthRoutes(search: search).add(to: router)
        ContractRoutes().add(to: router)
        search.addRoutes(to: router)
        doctors.addRoutes(to: router)
        places.routes(on: router)
        symptoms.addRoutes(to: router)
        accounts.addRoutes(to: router)
        booking.addRoutes(to: router)
        notifications.addRoutes(to: router, pages: pages)
        return router
    }

    private static func madeUpSecret(_ logger: Logger) -> [UInt8] {
        logger.warning("RTD_SECRET is not set: cursors and sealed words end with this process")
        return (0..<32).map { _ in UInt8.random(in: .min ... .max) }
    }
}
