import Logging
import Postgres
import ServiceLifecycle

/// Brings events to their subscribers: at least once a second, and as soon as one is committed.
///
/// Any number of runners may work on one database. A subscriber's events are handled one at a time by each runner, those of one
/// subject in order. One that fails is tried again after growing pauses and parked in the end; meanwhile it holds back its
/// subject's later events and nothing else.
///
/// Metrics by subscriber: `outbox_pending`, `outbox_parked`, `outbox_oldest_pending_seconds`, `outbox_handled_total`,
/// `outbox_failures_total`.
public struct OutboxRunner: Service {
    private let pool: PostgresPool
    private let subscribers: [Subscriber]
    private let retry: RetryPolicy
    private let logger: Logger

    private static let pollInterval = Duration.seconds(1)
    private static let standingInterval = Duration.seconds(15)

    /// - Precondition: names of subscribers differ.
    public init(pool: PostgresPool, subscribers: [Subscriber], retry: RetryPolicy = RetryPolicy(), logger: Logger) {
        precondition(Set(subscribers.map(\.name)).count == subscribers.count, "two subscribers have one name")
        self.pool = pool
        self.subscribers = subscribers
        self.retry = retry
        self.logger = logger
    }

    public func run() async throws {
        let store = DeliveryStore(pool: pool)
        let deliveries = subscribers.map { EventDelivery(subscriber: $0, store: store, retry: retry, logger: logger) }
        try? await cancelWhenGracefulShutdown {
            try await withThrowingDiscardingTaskGroup { group in
                for delivery in deliveries { start(delivery, in: &group) }
                let names = subscribers.map(\.name)
                let pruning = PeriodicJob(name: "prune the outbox", every: .seconds(3_600), logger: logger) {
                    while try await store.prune(heardBy: names) {}
                }
                group.addTask { try await pruning.run() }
            }
        }
    }

    private func start(_ delivery: EventDelivery, in group: inout ThrowingDiscardingTaskGroup<any Error>) {
        let (wakes, wake) = AsyncStream.makeStream(of: Void.self, bufferingPolicy: .bufferingNewest(1))
        group.addTask {
            for await _ in pool.notifications(on: Outbox.channel) { wake.yield() }
        }
        group.addTask {
            while true {
                wake.yield()
                try await Task.sleep(for: Self.pollInterval)
            }
        }
        group.addTask { for await _ in wakes { await delivery.proceed() } }
        group.addTask {
            while true {
                await delivery.reportStanding()
                try await Task.sleep(for: Self.standingInterval)
            }
        }
    }
}
