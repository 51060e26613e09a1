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
/// is and is tried again. Applying comes before publishing, publishing before the cursor counts as reached, so a crash
/// at any point only reads some changes twice.
struct IndexFollower: Service {
    /// What the outbox' triggers notify, and `reindex` when a new snapshot file is in place.
    static let channel = "doctor_changes"

    let loader: IndexLoader
    let files: SnapshotFiles
    let index: CurrentIndex
    let health: FollowerHealth
    let logger: Logger

    /// The longest a change waits when no notification comes.
    private static let pollInterval = Duration.seconds(1)
    /// Polls are at least this far apart, so that a storm of changes is read in batches.
    private static let minimumGap = Duration.milliseconds(20)
    private static let retryInterval = Duration.milliseconds(500)

    func run() async throws {
        try? await cancelWhenGracefulShutdown {
            try await loadFirst()
            try await withThrowingTaskGroup(of: Void.self) { group in
                let (wakeups, wake) = AsyncStream.makeStream(of: Void.self, bufferingPolicy: .bufferingNewest(1))
                group.addTask { try await hear(wake) }
                group.addTask {
                    while true {
                        try await Task.sleep(for: Self.pollInterval)
                        wake.yield()
                    }
                }
                group.addTask { try await follow(wakeups) }
                try await group.next()
                group.cancelAll()
            }
        }
    }

    private func hear(_ wake: AsyncStream<Void>.Continuation) async throws {
        for await _ in loader.source.database.notifications(on: Self.channel) { wake.yield() }
        // The sequence ends with the pool; the timer goes on until the group is cancelled.
        try await Task.sleep(for: .seconds(3600 * 24 * 365))
    }

    /// From the newest snapshot file that belongs to this database, else from the database itself; retried for ever.
    /// Searches are answered only from a state that has caught up.
    private func loadFirst() async throws {
        while true {
            do {
                if let state = try await stateFromFile() {
                    index.replace(try await advanced(state).state)
                } else {
                    index.replace(try await loader.load())
                }
                return health.succeeded()
            } catch {
                try await failed("loading the search index failed", error)
            }
        }
    }

    private func stateFromFile() async throws -> CurrentIndex.State? {
        let loaded = files.newest { path, error in
            logger.warning("snapshot file refused", metadata: ["path": "\(path)", "reason": "\(error)"])
        }
        guard let loaded, try await loader.source.poll(since: loaded.metadata.cursor) != nil else { return nil }
        logger.info("search index loaded from a snapshot file", metadata: ["generation": "\(loaded.metadata.generation)"])
        return loader.state(
            view: IndexView(loaded.snapshot), terminology: try await loader.source.terminology(), prior: loaded.metadata.prior,
            cursor: loaded.metadata.cursor, generation: loaded.metadata.generation)
    }

    private func follow(_ wakeups: AsyncStream<Void>) async throws {
        var compaction: Compaction?
        var lastFile: String?
        for await _ in wakeups {
            do {
                if let file = files.newestGeneration(), file != lastFile {
                    try await swap(to: file)
                    lastFile = file
                }
                guard let state = index.current else { continue }
                let (next, changed) = try await advanced(state)
                index.replace(next)
                compaction = try await compact(compaction, changed: changed)
                health.succeeded()
            } catch {
                try await failed("following the change feed failed", error)
            }
            try await Task.sleep(for: Self.minimumGap)
        }
    }

    /// Takes a newer index that `reindex` built, caught up with the database first.
    private func swap(to generation: String) async throws {
        guard generation > (index.current?.generation ?? ""), let state = try await stateFromFile() else { return }
        index.replace(try await advanced(state).state)
    }

    /// The state with what changed since its cursor; a cursor of another database leads to a full load.
    private func advanced(_ state: CurrentIndex.State) async throws -> (state: CurrentIndex.State, changed: [Int64]) {
        let askedAt = Date()
        guard let poll = try await loader.source.poll(since: state.cursor), !poll.wantsResync else {
            logger.notice("the search index is loaded anew: the database asked for it, or is another one")
            return (try await loader.load(), [])
        }
        Gauge(label: "search_feed_horizon_transactions").record(poll.horizonAge)
        guard !poll.changedIDs.isEmpty else { return (state.moved(to: poll.cursor, freshAt: askedAt), []) }
        Counter(label: "search_feed_changes_total").increment(by: poll.changedIDs.count)
        return (try await loader.applying(changedIDs: poll.changedIDs, cursor: poll.cursor, to: state), poll.changedIDs)
    }

    /// A merge of base and changes that runs beside the serving index.
    private struct Compaction {
        let task: Task<IndexSnapshot, Never>
        /// Of the state it began with; a full load meanwhile makes the merge worthless.
        let generation: String
        var changedSince: Set<Int64> = []
        let finished: FinishedFlag
    }

    /// Starts a merge when many rows changed, and takes its result when it is done.
    private func compact(_ running: Compaction?, changed: [Int64]) async throws -> Compaction? {
        guard let state = index.current else { return nil }
        if var running, running.generation == state.generation {
            running.changedSince.formUnion(changed)
            guard running.finished.isSet else { return running }
            let view = state.view.rebased(onto: await running.task.value, changedIDs: running.changedSince)
            index.replace(state.with(view))
            return nil
        }
        let view = state.view
        guard view.changedRowCount > max(2_000, view.documentCount / 32) else { return nil }
        let finished = FinishedFlag()
        let task = Task.detached(priority: .utility) {
            defer { finished.set() }
            return view.merged()
        }
        return Compaction(task: task, generation: state.generation, finished: finished)
    }

    private func failed(_ what: String, _ error: any Error) async throws {
        if error is CancellationError { throw error }
        health.failed(error)
        logger.warning("\(what)", metadata: ["error": "\(error)"])
        try await Task.sleep(for: Self.retryInterval)
    }
}

extension CurrentIndex.State {
    func moved(to cursor: ChangeCursor, freshAt: Date) -> CurrentIndex.State {
        CurrentIndex.State(
            view: view, terminology: terminology, interpreter: interpreter, prior: prior, cursor: cursor, generation: generation,
            freshAt: freshAt)
    }

    func with(_ view: IndexView) -> CurrentIndex.State {
        CurrentIndex.State(
            view: view, terminology: terminology, interpreter: interpreter, prior: prior, cursor: cursor, generation: generation,
            freshAt: freshAt)
    }
}
