/// A query made ready for one segment: what both retrieval paths share.
struct SegmentQuery {
    let query: Query
    let segment: IndexView.Segment
    let words: [WordPostings]
    let scoring: BM25F?
    /// By word.
    let idfs: [Double]
    /// By entry of the filter: rows that bear one of its tags.
    let tagSets: [RowSet]
    let area: AreaTest?
    private let minimumRating: UInt16
    private let maximumFeeCents: Int?
    private let blend: BlendScorer?
    private let distanceFrom: DistanceFrom?

    var snapshot: IndexSnapshot { segment.snapshot }

    init(query: Query, segment: IndexView.Segment, words: [WordPostings], idfs: [Double], scoring: BM25F?) {
        self.query = query
        self.segment = segment
        self.words = words
        self.idfs = idfs
        self.scoring = scoring
        let snapshot = segment.snapshot
        tagSets = query.filter.tags.map { anyOf in
            let sets = anyOf.compactMap(snapshot.tags.rows(of:))
            // One set is shared as it is, not copied.
            guard let first = sets.first else { return RowSet(rowCount: snapshot.rowCount) }
            return sets.dropFirst().reduce(into: first) { $0.formUnion($1) }
        }
        area = query.filter.area.map(AreaTest.init)
        minimumRating = query.filter.minimumRating.map(Columns.scaledRating(notBelow:)) ?? 0
        maximumFeeCents = query.filter.maximumFeeCents
        if case .blend(let formula) = query.order { blend = BlendScorer(formula, segment: snapshot) } else { blend = nil }
        if case .distance(let from) = query.order { distanceFrom = DistanceFrom(from) } else { distanceFrom = nil }
    }

    /// The conditions on numbers; tags, area and deletion are tested by the paths, each in its own way.
    @inline(__always)
    func numbersMatch(_ row: Int) -> Bool {
        let columns = snapshot.columns
        if columns.ratings[row] < minimumRating { return false }
        if let maximumFeeCents {
            guard columns.feesCents[row] != Columns.noFee, Int(columns.feesCents[row]) <= maximumFeeCents else { return false }
        }
        let (from, before) = (query.filter.availableFromMinute, query.filter.availableBeforeMinute)
        if from != nil || before != nil {
            let slot = columns.nextAvailableMinutes[row]
            guard slot != Columns.noSlot, from.map({ Int(slot) >= $0 }) ?? true, before.map({ Int(slot) < $0 }) ?? true
            else { return false }
        }
        return true
    }

    /// Exact test of the area; true where the query has none.
    @inline(__always)
    func areaContains(_ row: Int) -> Bool {
        guard let area else { return true }
        guard row < snapshot.columns.locatedCount else { return false }
        return area.contains(latitudeE7: snapshot.columns.latitudesE7[row], longitudeE7: snapshot.columns.longitudesE7[row])
    }

    /// The row's place in the query's order.
    @inline(__always)
    func position(_ row: Int, textScore: Double) -> SortPosition {
        SortPosition(key: key(row, textScore: textScore), id: snapshot.columns.ids[row])
    }

    private func key(_ row: Int, textScore: Double) -> Double {
        let columns = snapshot.columns
        switch query.order {
        case .text: return textScore
        case .blend: return blend?.score(row: row, textScore: textScore) ?? 0
        case .distance: return distanceFrom.flatMap { snapshot.metres(from: $0, row: row) }.map { -$0 } ?? -.infinity
        case .soonest(let fromMinute):
            let slot = columns.nextAvailableMinutes[row]
            return slot == Columns.noSlot || Int(slot) < fromMinute ? -.infinity : -Double(slot)
        case .quality: return Double(columns.qualities[row])
        case .reviews: return Double(columns.reviewCounts[row])
        case .fee: return columns.feesCents[row] == Columns.noFee ? -.infinity : -Double(columns.feesCents[row])
        case .id: return 0
        }
    }
}
