/// How far an index has followed its database: the cluster it belongs to and the last snapshot whose changes are in it.
///
/// A timestamp or sequence cannot serve as cursor, since commits come in another order; see
/// `../shared/reference/change-polling.md` for the three correct ones.
public struct ChangeCursor: Codable, Sendable, Equatable {
    /// The cluster: a restore or another database has another one.
    struct Cluster: Codable, Sendable, Equatable {
        var systemIdentifier: Int64
        var timeline: Int
        var databaseOID: Int64
        /// A promoted standby is another cluster to us: its snapshots list running transactions, those before did not.
        var isStandby: Bool
        /// The last migration of the tables that are followed: a new one may have changed what a row means.
        var schemaVersion: String
    }
    var cluster: Cluster
    var snapshot: TransactionSnapshot
    /// Transactions that asked for everything to be read again, and were obeyed, but can come up once more.
    var obeyedResyncs: Set<UInt64> = []

    /// Whether this cursor can be continued in a database that now looks like `cluster` and `current`: the same cluster,
    /// whose transaction counter has not gone back, and which still has all changes that were not read.
    /// - Parameter floor: changes of transactions below may have been dropped.
    func continues(in cluster: Cluster, at current: TransactionSnapshot, floor: UInt64) -> Bool {
        self.cluster == cluster && current.xmin >= snapshot.xmin && current.xmax >= snapshot.xmax && floor <= snapshot.xmin
    }

    /// The transactions whose changes have not been read: everything that was not visible in the last snapshot.
    /// On a standby `pg_current_snapshot()` has no in-progress list, so everything since its xmin is read again,
    /// which is harmless: changes are states, not events.
    var unread: (from: UInt64, and: [UInt64]) {
        cluster.isStandby ? (snapshot.xmin, []) : (snapshot.xmax, snapshot.inProgress)
    }
}

/// PostgreSQL's `pg_snapshot`: which transactions were visible at one moment.
struct TransactionSnapshot: Codable, Sendable, Equatable {
    /// Everything below is visible, or rolled back.
    var xmin: UInt64
    /// Nothing from here on is visible.
    var xmax: UInt64
    /// What was running in between.
    var inProgress: [UInt64]

    /// Reads the text form `xmin:xmax:xip,xip,…`; `nil` when it is not one.
    init?(_ text: String) {
        let parts = text.split(separator: ":", omittingEmptySubsequences: false)
        guard parts.count == 3, let xmin = UInt64(parts[0]), let xmax = UInt64(parts[1]) else { return nil }
        let running = parts[2].split(separator: ",").map { UInt64($0) }
        guard !running.contains(nil) else { return nil }
        self.xmin = xmin
        self.xmax = xmax
        inProgress = running.compactMap { $0 }
    }
}
