import Accounts
import Booking
import CoreMetrics
import Doctors
import Foundation
import Jobs
import Logging
import Notifications
import Places
import Postgres
import Search
import ServiceLifecycle
import Symptoms
import UnixSignals
import Web

/// The whole program as a server.
public enum Server {
    /// Serves until SIGINT or SIGTERM, then finishes what it has.
    /// - Parameter onListening: called with the address once connections are accepted.
    /// - Throws: `ServerError`, or what the database throws when it cannot be used.
    public static func run(
        _ configuration: Configuration, logger: Logger, onListening: @escaping @Sendable (_ address: String) -> Void
    ) async throws {
        let metrics = PrometheusMetrics()
        MetricsSystem.bootstrap(metrics)
        let pool = PostgresPool(configuration: configuration.database, logger: logger)
        let followed = configuration.followedPool(beside: pool, logger: logger)
        let pending = try await Migrator(pool: pool, logger: logger).pending(Wiring.migrations)
        guard pending.isEmpty else { throw ServerError.pendingMigrations(pending.count) }
        let showsSampleData = try await Maintenance.hasSampleDoctors(pool)
        let wiring = try Wiring(
            configuration: configuration, pool: pool, followed: followed, metrics: metrics, showsSampleData: showsSampleData,
            logger: logger)
        try await wiring.places.refresh()
        let server = WebServer(
            router: wiring.router(),
            configuration: WebServerConfiguration(host: configuration.host, port: configuration.port), logger: logger,
            onListening: { port in onListening("http://\(configuration.host):\(port)") })
        let outbox = OutboxRunner(pool: pool, subscribers: wiring.subscribers, logger: logger)
        let group = ServiceGroup(
            configuration: ServiceGroupConfiguration(
                services: (followed === pool ? [] : [.init(service: followed)]) + [.init(service: pool), .init(service: wiring.search.follower), .init(service: wiring.symptoms.retention), .init(service: outbox)] + (wiring.accounts.services + wiring.booking.jobs + [wiring.doctors.verificationJob] + wiring.notifications.jobs(NotificationsFeature.Dependencies(wiring))).map { .init(service: $0) } + [.init(service: server)],
                gracefulShutdownSignals: [.sigint, .sigterm], logger: logger))
        try await group.run()
    }
}

/// Why the server does not start.
public enum ServerError: Error, CustomStringConvertible {
    case pendingMigrations(Int)

    public var description: String {
        switch self {
        case .pendingMigrations(let count): "the database lacks \(count) migrations; run `ratethedoctor migrate` first"
        }
    }
}
