import Logging
import Metrics
import Postgres
import Synchronization

/// Delivers to one subscriber, one event after another.
final class EventDelivery: Sendable {
    private let subscriber: Subscriber
    private let store: DeliveryStore
    private let retry: RetryPolicy
    private let logger: Logger
    private let isRegistered = Mutex(false)
    private let handled: Counter
    private let failures: Counter

    init(subscriber: Subscriber, store: DeliveryStore, retry: RetryPolicy, logger: Logger) {
        self.subscriber = subscriber
        self.store = store
        self.retry = retry
        self.logger = logger
        let dimensions = [("subscriber", subscriber.name)]
        handled = Counter(label: "outbox_handled_total", dimensions: dimensions)
        failures = Counter(label: "outbox_failures_total", dimensions: dimensions)
    }

    /// Delivers all that is due. What the database does not do now is done at the next call.
    func proceed() async {
        do {
            if !isRegistered.withLock({ $0 }) {
                try await store.register(subscriber)
                isRegistered.withLock { $0 = true }
            }
            while try await store.fanOut(subscriber.name) {}
            while try await deliverNext() {}
        } catch is CancellationError {
        } catch {
            log(.warning, "events cannot be delivered now", error)
        }
    }

    /// - Returns: whether there was an event.
    private func deliverNext() async throws -> Bool {
        let claimed = Mutex<DeliveryStore.Claim?>(nil)
        do {
            return try await store.pool.transaction { [store, subscriber] connection in
                guard let claim = try await store.claim(subscriber, on: connection) else { return false }
                claimed.withLock { $0 = claim }
                try await subscriber.handle(claim.event, connection)
                try await store.finish(claim.event, of: subscriber.name, on: connection)
                return true
            } ? count() : false
        } catch {
            guard let claim = claimed.withLock({ $0 }), Self.isOfTheEvent(error) else { throw error }
            try await note(error, claim)
            return true
        }
    }

    private func count() -> Bool {
        handled.increment()
        return true
    }

    /// A database that is away and a server that stops say nothing about the event.
    private static func isOfTheEvent(_ error: any Error) -> Bool {
        if let error = error as? PostgresError { return !error.isConnectionLost }
        return !(error is CancellationError || error is PostgresPoolError)
    }

    private func note(_ error: any Error, _ claim: DeliveryStore.Claim) async throws {
        failures.increment()
        let failed = claim.failedAttempts + 1
        let isLast = failed >= retry.maximumAttempts
        try await store.fail(
            claim, of: subscriber.name, error: Self.kind(error),
            pauseSeconds: isLast ? nil : retry.pauseSeconds(afterFailures: failed))
        log(isLast ? .error : .warning, isLast ? "an event was parked" : "an event could not be handled", error, claim.event)
    }

    /// Descriptions of errors may quote an event, but those of the database name codes and tables only.
    private static func kind(_ error: any Error) -> String {
        (error as? PostgresError)?.description ?? String(describing: type(of: error))
    }

    private func log(_ level: Logger.Level, _ message: Logger.Message, _ error: any Error, _ event: OutboxEvent? = nil) {
        var metadata: Logger.Metadata = ["subscriber": "\(subscriber.name)", "error": "\(Self.kind(error))"]
        if let event { metadata.merge(["event": "\(event.name)", "event_id": "\(event.id)"]) { $1 } }
        logger.log(level: level, message, metadata: metadata)
    }

    func reportStanding() async {
        guard let standing = try? await store.standing(of: subscriber.name) else { return }
        let dimensions = [("subscriber", subscriber.name)]
        Gauge(label: "outbox_pending", dimensions: dimensions).record(standing.pending)
        Gauge(label: "outbox_parked", dimensions: dimensions).record(standing.parked)
        Gauge(label: "outbox_oldest_pending_seconds", dimensions: dimensions).record(standing.oldestAgeSeconds)
    }
}
