import Foundation
import Logging
import Metrics
import SearchIndex

/// Merges what changed into the base and saves the result, beside the serving index: when much changed, and when the
/// snapshot file has become old.
struct IndexUpkeep {
    private struct Work {
        let merging: BackgroundWork<IndexSnapshot>
        /// Of the state it began with; a full load meanwhile makes the work worthless.
        let generation: String
        var changedSince: Set<Int64> = []
    }
    private let files: SnapshotFiles
    private let progress: FollowerProgress
    private let logger: Logger
    private var work: Work?
    /// Of the state that was saved last.
    private var savedGeneration: String?
    private var savedAt = Date()
    private var changedSinceSave = false

    /// How many changes a restart reads again at most, in time.
    private static let saveIntervalSeconds = 300.0
    /// Rows behind the base make searches slower by their share, and merging takes time in proportion to the base.
    private static func tolerableChangedRows(_ documentCount: Int) -> Int { max(10_000, documentCount / 8) }

    init(files: SnapshotFiles, progress: FollowerProgress, logger: Logger) {
        self.files = files
        self.progress = progress
        self.logger = logger
        savedGeneration = files.newestGeneration()
    }

    /// Starts work when it is time, and takes its result when it is done.
    /// - Parameter changed: doctors that changed between the state before and this one.
    /// - Returns: the state's view on the merged base.
    mutating func proceed(_ state: CurrentIndex.State, changed: [Int64]) -> IndexView? {
        changedSinceSave = changedSinceSave || !changed.isEmpty
        Gauge(label: "search_snapshot_age_seconds").record(Date().timeIntervalSince(savedAt))
        guard var work, work.generation == state.generation else {
            if isDue(state) { start(state) }
            return nil
        }
        work.changedSince.formUnion(changed)
        self.work = work
        guard let base = work.merging.value else { return nil }
        self.work = nil
        return state.view.isBased(on: base) ? nil : state.view.rebased(onto: base, changedIDs: work.changedSince)
    }

    private func isDue(_ state: CurrentIndex.State) -> Bool {
        state.generation != savedGeneration || state.view.changedRowCount > IndexUpkeep.tolerableChangedRows(state.view.documentCount)
            || changedSinceSave && Date().timeIntervalSince(savedAt) > IndexUpkeep.saveIntervalSeconds
    }

    private mutating func start(_ state: CurrentIndex.State) {
        (savedGeneration, savedAt, changedSinceSave) = (state.generation, Date(), false)
        let merging = BackgroundWork { [files, progress, logger] in
            let merged = state.view.merged()
            do {
                _ = try files.write(merged, of: state)
                progress.saved(state.cursor)
            } catch {
                logger.error("the snapshot file could not be written", metadata: ["error": "\(error)"])
            }
            return merged
        }
        work = Work(merging: merging, generation: state.generation)
    }
}
