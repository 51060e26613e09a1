import Domain
import Foundation
import Logging
import Metrics
import Postgres
import SearchIndex
import ServiceLifecycle

/// Keeps the current index true: loads it, then follows the change feed until shutdown.
///
/// A notification is a hint and the timer the guarantee. Every failure of the database leaves the index serving as it
/// is and is tried again. Applying comes before publishing, publishing before the cursor counts as reached, and the
/// cursor is saved inside the snapshot file, so a crash at any point only reads some changes twice.
struct IndexFollower: Service {
    /// What the outbox' triggers notify, and `reindex` when a new snapshot file is in place or a verification is wanted.
    static let channel = "doctor_changes"
    /// What it says then.
    static let verificationPayload = "verify"

    let loader: IndexLoader
    let index: CurrentIndex
    let health: FollowerHealth
    let registry: FollowerRegistry
    let logger: Logger
    private let walkPauseSeconds: Double
    private let progress = FollowerProgress()

    /// - Parameter walkPauseSeconds: between two pages of the background comparison with the database.
    init(
        loader: IndexLoader, index: CurrentIndex, health: FollowerHealth, registry: FollowerRegistry, logger: Logger,
        walkPauseSeconds: Double = Reconciliation.pagePauseSeconds
    ) {
        self.loader = loader
        self.index = index
        self.health = health
        self.registry = registry
        self.logger = logger
        self.walkPauseSeconds = walkPauseSeconds
    }

    /// The longest a change waits when no notification comes.
    private static let pollInterval = Duration.seconds(1)
    /// Polls are at least this far apart, so that a storm of changes is read in batches.
    private static let minimumGap = Duration.milliseconds(20)
    private static let retryInterval = Duration.milliseconds(500)
    private static let beatInterval = Duration.seconds(10)

    func run() async throws {
        try? await cancelWhenGracefulShutdown {
            let (wakeups, wake) = AsyncStream.makeStream(of: Void.self, bufferingPolicy: .bufferingNewest(1))
            let (beats, beat) = AsyncStream.makeStream(of: Void.self, bufferingPolicy: .bufferingNewest(1))
            try await withThrowingTaskGroup(of: Void.self) { group in
                group.addTask { try await hear(wake, beat) }
                group.addTask { try await tick(Self.pollInterval, wake) }
                group.addTask { try await tick(Self.beatInterval, beat) }
                group.addTask { try await register(beats, wake) }
                group.addTask {
                    try await loadFirst()
                    beat.yield()
                    try await follow(wakeups, wake, beat)
                }
                try await group.next()
                group.cancelAll()
            }
        }
        try? await registry.stopped()
    }

    private func tick(_ interval: Duration, _ stream: AsyncStream<Void>.Continuation) async throws {
        while true {
            try await Task.sleep(for: interval)
            stream.yield()
        }
    }

    private func hear(_ wake: AsyncStream<Void>.Continuation, _ beat: AsyncStream<Void>.Continuation) async throws {
        // Of the primary: a standby cannot be listened to.
        for await event in registry.database.notifications(on: Self.channel) {
            if case .notification(let notification) = event, notification.payload == Self.verificationPayload { beat.yield() }
            wake.yield()
        }
        // The sequence ends with the pool; the timer goes on until the group is cancelled.
        try await Task.sleep(for: .seconds(3600 * 24 * 365))
    }

    // MARK: Telling the database

    private func register(_ beats: AsyncStream<Void>, _ wake: AsyncStream<Void>.Continuation) async throws {
        for await _ in beats {
            do {
                if try await self.beat() { wake.yield() }
            } catch {
                if error is CancellationError { throw error }
                logger.warning("the follower could not register", metadata: ["error": "\(error)"])
            }
        }
    }

    /// Returns whether a verification is wanted.
    @discardableResult
    private func beat() async throws -> Bool {
        let state = index.current
        guard let needs = progress.needs(state?.cursor) else { return false }
        if let outcome = progress.verification {
            try await registry.verified(outcome)
            progress.wantsVerification = false
            progress.verification = nil
        }
        let beat = try await registry.beat(needs: needs, parked: state?.parked ?? ParkedDoctors())
        Gauge(label: "search_feed_outbox_bytes").record(beat.outboxBytes)
        Gauge(label: "search_feed_horizon_seconds").record(beat.horizonSeconds)
        progress.wantsVerification = beat.wantsVerification
        return beat.wantsVerification
    }

    // MARK: Loading

    /// From the newest snapshot file that belongs to this database, else from the database itself; retried for ever.
    /// Searches are answered only from a state that has caught up.
    private func loadFirst() async throws {
        while true {
            do {
                var state: CurrentIndex.State?
                if let saved = try await stateFromFile() { state = try await caughtUp(saved) }
                if state == nil { state = try await load() }
                if let state { index.replace(state) }
                return health.succeeded()
            } catch {
                try await failed("loading the search index failed", error)
            }
        }
    }

    private func load() async throws -> CurrentIndex.State {
        defer { progress.loading(nil) }
        return try await loader.load(begin: { cursor in
            // What changes from here on has to be there when the load is done.
            progress.loading(cursor)
            _ = try? await beat()
        })
    }

    private func caughtUp(_ state: CurrentIndex.State) async throws -> CurrentIndex.State? {
        guard let poll = try await loader.source.poll(since: state.cursor), !poll.wantsResync else { return nil }
        return try await loader.applying(changedIDs: poll.changedIDs, cursor: poll.cursor, to: state)
    }

    private func stateFromFile() async throws -> CurrentIndex.State? {
        let loaded = loader.files.newest { path, error in
            logger.warning("snapshot file refused", metadata: ["path": "\(path)", "reason": "\(error)"])
        }
        guard let loaded else { return nil }
        let metadata = loaded.metadata
        guard try await loader.source.poll(since: metadata.cursor) != nil else {
            logger.notice("snapshot file passed over: the database is another one, or has dropped changes it lacks")
            return nil
        }
        logger.info("search index loaded from a snapshot file", metadata: ["generation": "\(metadata.generation)"])
        progress.saved(metadata.cursor)
        return loader.state(
            view: IndexView(loaded.snapshot), terminology: try await loader.source.terminology(), prior: metadata.prior,
            cursor: metadata.cursor, parked: metadata.parked, generation: metadata.generation)
    }

    // MARK: Following

    private func follow(
        _ wakeups: AsyncStream<Void>, _ wake: AsyncStream<Void>.Continuation, _ beat: AsyncStream<Void>.Continuation
    ) async throws {
        var successor: Successor?
        var upkeep = IndexUpkeep(files: loader.files, progress: progress, logger: logger)
        var reconciliation = Reconciliation(pagePauseSeconds: walkPauseSeconds)
        for await _ in wakeups {
            do {
                if let newer = try await newerState(&successor) {
                    index.replace(newer)
                    reconciliation.restart()
                }
                guard let state = index.current else { continue }
                Gauge(label: "search_index_seconds_behind").record(Date().timeIntervalSince(state.freshAt))
                if progress.wantsVerification, progress.verification == nil { reconciliation.ask() }
                let turn = try await turn(state, &reconciliation)
                index.replace(turn.state)
                if let view = upkeep.proceed(turn.state, changed: turn.changed) { index.replace(turn.state.with(view)) }
                health.succeeded()
                if reconciliation.isAskedFor { wake.yield() }
                if progress.verification != nil { beat.yield() }
            } catch {
                try await failed("following the change feed failed", error)
            }
            try await Task.sleep(for: Self.minimumGap)
        }
    }

    /// An index that `reindex` built, on its way to take over; `nil` when its file cannot be used.
    private struct Successor {
        let generation: String
        let catchingUp: BackgroundWork<Result<CurrentIndex.State?, any Error>>
    }

    /// An index that `reindex` built since. The changes made meanwhile are read in the background, so that this one stays
    /// fresh until the other needs no more than a last look.
    private func newerState(_ successor: inout Successor?) async throws -> CurrentIndex.State? {
        guard let current = index.current, let newest = loader.files.newestGeneration(), newest > current.generation else {
            if successor != nil { progress.loading(nil) }
            successor = nil
            return nil
        }
        guard let known = successor, known.generation == newest else {
            successor = Successor(generation: newest, catchingUp: BackgroundWork { await successorState(newest) })
            return nil
        }
        switch known.catchingUp.value {
        case nil, .success(nil): return nil
        case .success(let state?): return try await caughtUp(state)
        case .failure(let error):
            successor = nil
            throw error
        }
    }

    private func successorState(_ generation: String) async -> Result<CurrentIndex.State?, any Error> {
        do {
            guard let state = try await stateFromFile(), state.generation == generation else { return .success(nil) }
            // What it has not read is kept until it takes over.
            progress.loading(state.cursor)
            return .success(try await caughtUp(state))
        } catch {
            return .failure(error)
        }
    }

    /// The state with what changed since its cursor, and which doctors that were. A cursor that cannot be continued
    /// leads to a full load.
    private func turn(
        _ state: CurrentIndex.State, _ reconciliation: inout Reconciliation
    ) async throws -> (state: CurrentIndex.State, changed: [Int64]) {
        let now = Date()
        let seen: (poll: DoctorSource.Poll, page: DoctorSource.Page?)? =
            if reconciliation.isDue(now) {
                try await loader.source.poll(
                    since: state.cursor, pageAfter: reconciliation.last, count: reconciliation.pageDoctors)
            } else {
                try await loader.source.poll(since: state.cursor).map { ($0, nil) }
            }
        guard let (poll, page) = seen, !poll.wantsResync else {
            logger.notice("the search index is loaded anew: the database asked for it, or is another one")
            reconciliation.restart()
            return (try await load(), [])
        }
        Gauge(label: "search_feed_horizon_transactions").record(poll.horizonAge)
        Gauge(label: "search_feed_poll_rows").record(poll.changedIDs.count)
        Counter(label: "search_feed_changes_total").increment(by: poll.changedIDs.count)
        var changed = poll.changedIDs
        var next = state.moved(to: poll.cursor, freshAt: now)
        if let page {
            next = loader.applying(page.changed, of: changed, terminology: page.terminology, cursor: poll.cursor, to: next)
            changed += reconcile(page, &next, &reconciliation, now)
        } else if !changed.isEmpty {
            next = try await loader.applying(changedIDs: changed, cursor: poll.cursor, to: next)
        }
        let due = next.parked.due(now)
        if !due.isEmpty {
            next = try await loader.applying(changedIDs: due, cursor: poll.cursor, to: next)
            changed += due
        }
        Gauge(label: "search_parked_doctors").record(next.parked.entries.count)
        if let oldest = poll.oldestChange {
            Metrics.Timer(label: "search_feed_lag_seconds").recordNanoseconds(Int64(Date().timeIntervalSince(oldest) * 1e9))
        }
        return (next.moved(to: poll.cursor, freshAt: now), changed)
    }

    /// Compares a page with the state and repairs what differs, which nothing should.
    /// - Returns: the doctors repaired.
    private func reconcile(
        _ page: DoctorSource.Page, _ state: inout CurrentIndex.State, _ reconciliation: inout Reconciliation, _ now: Date
    ) -> [Int64] {
        let current = loader.changes(
            page.listings, of: Array(page.listings.byDoctor.keys), terminology: page.terminology, prior: state.prior)
        let (differing, finished) = reconciliation.compare(
            current, of: page.ids, with: state.view,
            ignoring: Set(state.parked.entries.keys).union(page.listings.failures.keys), now: now)
        if let finished {
            Gauge(label: "search_reconciled_timestamp_seconds").record(now.timeIntervalSince1970)
            if finished.isAskedFor { progress.verification = finished }
        }
        guard !differing.isEmpty else { return [] }
        Counter(label: "search_reconcile_differences_total").increment(by: differing.count)
        logger.error(
            "the index differed from the database and was repaired",
            metadata: ["doctors": "\(differing.prefix(20).map { "\($0)" }.joined(separator: " "))", "count": "\(differing.count)"])
        state = loader.applying(page.listings, of: differing, terminology: page.terminology, cursor: state.cursor, to: state)
        return differing
    }

    private func failed(_ what: String, _ error: any Error) async throws {
        if error is CancellationError { throw error }
        health.failed(error)
        if let state = index.current {
            Gauge(label: "search_index_seconds_behind").record(Date().timeIntervalSince(state.freshAt))
        }
        logger.warning("\(what)", metadata: ["error": "\(error)"])
        try await Task.sleep(for: Self.retryInterval)
    }
}

extension CurrentIndex.State {
    func moved(to cursor: ChangeCursor, freshAt: Date) -> CurrentIndex.State {
        CurrentIndex.State(
            view: view, terminology: terminology, interpreter: interpreter, prior: prior, cursor: cursor, parked: parked,
            generation: generation, freshAt: freshAt)
    }

    func with(_ view: IndexView) -> CurrentIndex.State {
        CurrentIndex.State(
            view: view, terminology: terminology, interpreter: interpreter, prior: prior, cursor: cursor, parked: parked,
            generation: generation, freshAt: freshAt)
    }
}
