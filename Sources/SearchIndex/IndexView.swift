/// What a search sees: one or more segments, and which of their rows no longer count. An immutable value; readers
/// keep the view they started with while a writer prepares the next.
public struct IndexView: Sendable {
    struct Segment: Sendable {
        let snapshot: IndexSnapshot
        /// Rows replaced or deleted since the segment was built.
        var deleted: RowSet

        init(_ snapshot: IndexSnapshot) {
            self.snapshot = snapshot
            deleted = RowSet(rowCount: snapshot.rowCount)
        }
    }
    /// The base first, then the changes since. A record's rows all lie in one segment.
    var segments: [Segment] {
        didSet {
            statistics = IndexView.statistics(of: segments)
            scorers = IndexView.scorers(schema, statistics)
            saturations = scorers.map { $0.isJoint ? SaturationTable($0) : nil }
        }
    }
    /// Over all segments.
    private(set) var statistics: CorpusStatistics
    /// By scoring of the schema.
    private(set) var scorers: [BM25F]
    /// By scoring of the schema; `nil` where it does not join its fields.
    private(set) var saturations: [SaturationTable?]

    public var schema: IndexSchema { segments[0].snapshot.schema }

    /// A view of one snapshot.
    public init(_ base: IndexSnapshot) {
        segments = [Segment(base)]
        statistics = base.statistics
        scorers = IndexView.scorers(base.schema, base.statistics)
        saturations = scorers.map { $0.isJoint ? SaturationTable($0) : nil }
    }

    private static func scorers(_ schema: IndexSchema, _ statistics: CorpusStatistics) -> [BM25F] {
        schema.scorings.map { BM25F($0, schema: schema, statistics: statistics) }
    }

    /// Documents that count; those that share an id count each. O(rows / 64).
    public var documentCount: Int { segments.reduce(0) { $0 + $1.snapshot.rowCount - $1.deleted.count } }

    /// Rows in all segments behind the base, a measure of how far the base is out of date.
    public var changedRowCount: Int { segments.dropFirst().reduce(0) { $0 + $1.snapshot.rowCount } }

    /// Bytes held by all segments.
    public var byteCount: (index: Int, stored: Int) {
        segments.map(\.snapshot.byteCount).reduce((0, 0)) { ($0.0 + $1.index, $0.1 + $1.stored) }
    }

    private static func statistics(of segments: [Segment]) -> CorpusStatistics {
        var sum = CorpusStatistics(totalLengths: segments[0].snapshot.statistics.totalLengths.map { _ in 0 })
        for segment in segments {
            sum.documentCount += segment.snapshot.rowCount
            for field in sum.totalLengths.indices {
                sum.totalLengths[field] += segment.snapshot.statistics.totalLengths[field]
            }
        }
        return sum
    }

    /// The stored bytes of every current row of a record, in row order; empty when it is not there.
    public func stored(id: Int64) -> [[UInt8]] {
        segments.flatMap { segment in
            let columns = segment.snapshot.columns
            return columns.places(of: id).map { Int(columns.rowsByID[$0]) }
                .filter { !segment.deleted.contains($0) }
                .map { Array(segment.snapshot.stored[$0]) }
        }
    }
}
