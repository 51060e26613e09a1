import Domain
import Foundation
import SearchIndex
import Synchronization

/// The index that answers searches now. A search takes its state once and never waits for a rebuild; one follower
/// puts the next state in.
public final class CurrentIndex: Sendable {
    /// Everything that belongs to one state of the index.
    public struct State: Sendable {
        public let view: IndexView
        public let terminology: Terminology
        /// How the words of a request are read, made for this terminology.
        let interpreter: QueryInterpreter
        /// Weighs ratings the same way until the index is loaded anew.
        let prior: RatingPrior
        let cursor: ChangeCursor
        /// Doctors that are not in the view as the database has them.
        let parked: ParkedDoctors
        /// Name of the load this state descends from; `reindex` waits to see its own.
        public let generation: String
        /// When the database was last seen to hold nothing newer.
        let freshAt: Date
    }
    private let state = Mutex<State?>(nil)

    public init() {}

    /// The state to search; `nil` until the first load.
    public var current: State? { state.withLock { $0 } }

    func replace(_ new: State) { state.withLock { $0 = new } }
}
