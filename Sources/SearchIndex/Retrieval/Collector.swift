/// Gathers the matches of a search: the best ones, how many, and the facets.
///
/// Rows that share an id are held back until all are known; then the best one speaks for the record.
struct Collector {
    private let query: Query
    private var top: TopK<RowReference>
    private var matchCount = 0
    private var tagCounts: [Tag: Int] = [:]
    /// By tag number of the current segment.
    private var segmentTagCounts: [Int] = []
    private var ratingCounts: [Int]
    private let ratingEdges: [UInt16]
    private var sharedRecords: [Int64: SharedRecord] = [:]

    private struct SharedRecord {
        var position: SortPosition
        var row: RowReference
        var tags: Set<Tag>
    }

    init(_ query: Query) {
        self.query = query
        top = TopK(capacity: query.limit, after: query.after)
        ratingEdges = query.ratingFacetEdges.map { Columns.scaledRating(notBelow: $0) }
        ratingCounts = Array(repeating: 0, count: query.ratingFacetEdges.isEmpty ? 0 : query.ratingFacetEdges.count + 1)
    }

    /// Runs one segment's matches through `add`.
    mutating func collect(
        _ segmentQuery: SegmentQuery, segment: Int,
        by retrieval: (SegmentQuery, _ body: (Int, Double) -> Void) -> Void
    ) {
        segmentTagCounts = Array(repeating: 0, count: segmentQuery.snapshot.tags.tags.count)
        retrieval(segmentQuery) { add(row: $0, textScore: $1, segmentQuery, segment: segment) }
        for (number, count) in segmentTagCounts.enumerated() where count > 0 {
            tagCounts[segmentQuery.snapshot.tags.tags[number], default: 0] += count
        }
    }

    private mutating func add(row: Int, textScore: Double, _ segmentQuery: SegmentQuery, segment: Int) {
        let snapshot = segmentQuery.snapshot
        let position = segmentQuery.position(row, textScore: textScore)
        let reference = RowReference(segment: segment, row: row)
        if snapshot.idOrder.shared.contains(row) {
            return addShared(reference, position, snapshot)
        }
        matchCount += 1
        top.offer(position, reference)
        if !query.tagFacets.isEmpty {
            for number in snapshot.tags.numbers(ofRow: row) { segmentTagCounts[Int(number)] += 1 }
        }
        countRating(snapshot.columns.ratings[row])
    }

    private mutating func addShared(_ row: RowReference, _ position: SortPosition, _ snapshot: IndexSnapshot) {
        var record = sharedRecords[position.id] ?? SharedRecord(position: position, row: row, tags: [])
        // Of equals the first row speaks, so that the answer does not depend on the path.
        if position.key > record.position.key || (position.key == record.position.key && row.row < record.row.row) {
            record.position = position
            record.row = row
        }
        if !query.tagFacets.isEmpty {
            for number in snapshot.tags.numbers(ofRow: row.row) { record.tags.insert(snapshot.tags.tags[Int(number)]) }
        }
        sharedRecords[position.id] = record
    }

    private mutating func countRating(_ rating: UInt16) {
        guard !ratingCounts.isEmpty, rating > 0 else { return }
        ratingCounts[ratingEdges.firstIndex { rating < $0 } ?? ratingEdges.count] += 1
    }

    /// The finished answer.
    mutating func finish(view: IndexView) -> SearchResult {
        for record in sharedRecords.values {
            matchCount += 1
            top.offer(record.position, record.row)
            for tag in record.tags { tagCounts[tag, default: 0] += 1 }
            countRating(view.segments[record.row.segment].snapshot.columns.ratings[record.row.row])
        }
        let from = query.origin.map(DistanceFrom.init)
        let hits = top.sorted().map { entry in
            let snapshot = view.segments[entry.payload.segment].snapshot
            return Hit(
                position: entry.position,
                distanceMetres: from.flatMap { snapshot.metres(from: $0, row: entry.payload.row) }, row: entry.payload)
        }
        return SearchResult(
            hits: hits, matchCount: matchCount, tagFacets: facets(), ratingFacet: ratingCounts,
            hasMore: top.offeredCount > hits.count)
    }

    private func facets() -> [Int: [TagCount]] {
        var result = Dictionary(query.tagFacets.map { ($0, [TagCount]()) }, uniquingKeysWith: { first, _ in first })
        for (tag, count) in tagCounts { result[tag.dimension]?.append(TagCount(value: tag.value, count: count)) }
        return result.mapValues { $0.sorted { ($1.count, $0.value) < ($0.count, $1.value) } }
    }
}
