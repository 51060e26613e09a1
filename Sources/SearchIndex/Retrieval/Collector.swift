/// What a retrieval knows of any row of its segment.
protocol RowScores {
    /// Text score of a row, `nil` when it does not match the query.
    func textScore(_ row: Int) -> Double?
}

/// Gathers what a search answers: the best records, how many match, and the facets. A record of several rows
/// (alternatives) stands where its best matching row stands, and counts once.
struct Collector {
    let query: Query
    private var top: TopK
    private var matchCount = 0
    private var tagCounts: [Tag: Int] = [:]
    private var ratingCounts: [Int]

    init(_ query: Query) {
        self.query = query
        // One more than asked for tells whether more remain.
        top = TopK(capacity: query.limit == .max ? .max : query.limit + 1, after: query.after)
        ratingCounts = Array(repeating: 0, count: query.ratingFacetEdges.isEmpty ? 0 : query.ratingFacetEdges.count + 1)
    }

    /// Whether a row at this position, or behind it, could still be among the best.
    @inline(__always)
    func canEnter(_ position: SortPosition) -> Bool { top.canEnter(position) }

    /// From now on a row may be ranked more than once.
    mutating func allowRepeats() { top.mayRepeat = true }

    var allowsRepeats: Bool { top.mayRepeat }

    /// Whether as many records are kept as were asked for.
    var isFull: Bool { top.isFull }

    /// Keys below this cannot enter.
    var leastKey: Double { top.leastKey }

    @inline(__always)
    func canEnter(key: Double) -> Bool { top.canEnter(key: key) }

    /// Considers a matching row for the best.
    @inline(__always)
    mutating func rank(
        _ row: Int, textScore: Double, _ segmentQuery: SegmentQuery, segment: Int, _ scores: some RowScores
    ) {
        // The id is read last: it lies in memory that nothing else has touched.
        let key = segmentQuery.key(row, textScore: textScore)
        guard top.canEnter(key: key) else { return }
        let position = SortPosition(key: key, id: segmentQuery.snapshot.columns.ids[row])
        guard canEnter(position) else { return }
        if segmentQuery.snapshot.columns.isShared(row) {
            rankShared(row, segmentQuery, segment: segment, scores)
        } else {
            top.offer(position, RowReference(segment: segment, row: row))
        }
    }

    private mutating func rankShared(_ row: Int, _ segmentQuery: SegmentQuery, segment: Int, _ scores: some RowScores) {
        let id = segmentQuery.snapshot.columns.ids[row]
        if top.holds(id: id) { return }
        if let (position, best) = Collector.speaker(of: id, segmentQuery, scores).best {
            top.offer(position, RowReference(segment: segment, row: best))
        }
    }

    /// The matching rows of a record: the first, and the one that speaks for it, which of equals is the first.
    private static func speaker(
        of id: Int64, _ segmentQuery: SegmentQuery, _ scores: some RowScores
    ) -> (first: Int?, best: (position: SortPosition, row: Int)?) {
        let columns = segmentQuery.snapshot.columns
        var first: Int?
        var best: (position: SortPosition, row: Int)?
        for place in columns.places(of: id) {
            let row = Int(columns.rowsByID[place])
            guard let textScore = scores.textScore(row) else { continue }
            let position = segmentQuery.position(row, textScore: textScore)
            if first == nil { first = row }
            if let known = best, !position.precedes(known.position) { continue }
            best = (position, row)
        }
        return (first, best)
    }

    /// Counts a matching row.
    @inline(__always)
    mutating func count(
        _ row: Int, _ facets: SegmentFacets, _ segmentQuery: SegmentQuery, _ scores: some RowScores
    ) {
        if segmentQuery.snapshot.columns.isShared(row) {
            return countShared(row, facets, segmentQuery, scores)
        }
        matchCount &+= 1
        facets.add(row)
    }

    /// Counts up to 64 rows whose records have no other: those of a bit set's word.
    @inline(__always)
    mutating func count(rows bits: UInt64, word: Int, _ facets: SegmentFacets) {
        matchCount &+= bits.nonzeroBitCount
        if !facets.isEmpty { facets.add(rows: bits, word: word) }
    }

    private mutating func countShared(
        _ row: Int, _ facets: SegmentFacets, _ segmentQuery: SegmentQuery, _ scores: some RowScores
    ) {
        let columns = segmentQuery.snapshot.columns
        let id = columns.ids[row]
        let (first, best) = Collector.speaker(of: id, segmentQuery, scores)
        guard first == row, let best else { return }
        matchCount += 1
        if facets.isEmpty { return }
        let rows = columns.places(of: id).map { Int(columns.rowsByID[$0]) }.filter { scores.textScore($0) != nil }
        facets.add(alternatives: rows, speaker: best.row)
    }

    /// Adds what was counted in a segment.
    mutating func add(_ facets: SegmentFacets) {
        facets.forEachTag { tag, count in tagCounts[tag, default: 0] += count }
        for (place, count) in facets.countsByRating.enumerated() { ratingCounts[place] += count }
    }

    /// The finished answer.
    consuming func finish(view: IndexView) -> SearchResult {
        let from = query.origin.map(DistanceFrom.init)
        let entries = top.sorted()
        let hits = entries.prefix(query.limit).map { entry in
            let snapshot = view.segments[entry.row.segment].snapshot
            return Hit(
                position: entry.position,
                distanceMetres: from.flatMap { snapshot.metres(from: $0, row: entry.row.row) }, row: entry.row)
        }
        return SearchResult(
            hits: hits, matchCount: query.countsAnything ? matchCount : nil, tagFacets: facets(),
            ratingFacet: ratingCounts, hasMore: entries.count > query.limit)
    }

    private func facets() -> [Int: [TagCount]] {
        if query.tagFacets.isEmpty { return [:] }
        var result = Dictionary(query.tagFacets.map { ($0, [TagCount]()) }, uniquingKeysWith: { first, _ in first })
        for (tag, count) in tagCounts { result[tag.dimension]?.append(TagCount(value: tag.value, count: count)) }
        return result.mapValues { $0.sorted { ($1.count, $0.value) < ($0.count, $1.value) } }
    }
}
