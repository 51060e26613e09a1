import Foundation
import SearchIndex

/// A walk over all doctors that compares the index with the database, page by page, and begins again at the end.
struct Reconciliation: Sendable {
    /// What a whole walk found.
    struct Outcome: Sendable, Equatable {
        /// Doctors compared, those only one side has included.
        var doctors = 0
        /// Doctors that differed, and were repaired.
        var differences = 0
        /// Whether somebody waits for it.
        var isAskedFor = false
    }
    /// Ids up to here were compared in this walk.
    private(set) var last = Int64.min
    private var outcome = Outcome()
    private var nextPageAt = Date()
    /// A page at this distance bounds what the walk costs: a million doctors take about half an hour.
    private let pagePauseSeconds: Double
    static let pagePauseSeconds = 0.1
    /// Changes wait while a page is compared, 0.1 ms a doctor; a walk that somebody waits for takes larger ones.
    var pageDoctors: Int { isAskedFor ? 500 : 50 }

    init(pagePauseSeconds: Double) { self.pagePauseSeconds = pagePauseSeconds }

    func isDue(_ now: Date) -> Bool { outcome.isAskedFor || nextPageAt <= now }

    /// Begins a new walk that does not pause.
    mutating func ask() {
        if outcome.isAskedFor { return }
        last = .min
        outcome = Outcome(isAskedFor: true)
    }

    /// Whether a walk that was asked for goes on.
    var isAskedFor: Bool { outcome.isAskedFor }

    /// Begins again: what was compared belongs to another index.
    mutating func restart() {
        last = .min
        outcome = Outcome(isAskedFor: outcome.isAskedFor)
    }

    /// Compares a page with the view, which holds exactly what the database did when the page was read.
    /// - Parameters:
    ///   - page: the current documents of every doctor of the range that the database has.
    ///   - ignoring: doctors that are known to differ.
    /// - Returns: the doctors that differ, and the outcome when this was the last page.
    mutating func compare(
        _ page: [IndexChange], of ids: ClosedRange<Int64>, with view: IndexView, ignoring: Set<Int64>, now: Date
    ) -> (differing: [Int64], finished: Outcome?) {
        let known = Set(page.map(\.id))
        let gone = view.recordIDs(in: ids).filter { !known.contains($0) }
        let all = (page + gone.map { IndexChange(id: $0, documents: []) }).filter { !ignoring.contains($0.id) }
        let differing = all.filter(view.differs).map(\.id)
        outcome.doctors += all.count
        outcome.differences += differing.count
        last = ids.upperBound
        nextPageAt = now + pagePauseSeconds
        guard last == .max else { return (differing, nil) }
        defer {
            last = .min
            outcome = Outcome()
        }
        return (differing, outcome)
    }
}
