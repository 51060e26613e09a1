/// Answers queries over one view. A value: make one per search.
public struct Searcher: Sendable {
    let view: IndexView

    public init(_ view: IndexView) { self.view = view }

    /// The hits, exact count and facets of a query. O(rows the index cannot rule out).
    public func search(_ query: Query) -> SearchResult {
        collect(query, by: IndexedRetrieval.forEachMatch)
    }

    /// The same answer by looking at every row: the oracle. O(rows).
    public func searchExhaustively(_ query: Query) -> SearchResult {
        collect(query, by: ExhaustiveRetrieval.forEachMatch)
    }

    /// The bytes stored with a hit's document.
    public func stored(_ hit: Hit) -> ArraySlice<UInt8> { view.segments[hit.row.segment].snapshot.stored[hit.row.row] }

    /// Why a hit of this query stands where it does.
    public func explain(_ hit: Hit, of query: Query) -> Explanation {
        let prepared = prepare(query)[hit.row.segment]
        return Explanation(prepared, row: hit.row.row)
    }

    private func collect(
        _ query: Query, by retrieval: (SegmentQuery, _ body: (Int, Double) -> Void) -> Void
    ) -> SearchResult {
        var collector = Collector(query)
        for (number, segmentQuery) in prepare(query).enumerated() {
            collector.collect(segmentQuery, segment: number, by: retrieval)
        }
        return collector.finish(view: view)
    }

    /// Looks the words up in every segment; idf comes from all of them together.
    private func prepare(_ query: Query) -> [SegmentQuery] {
        guard let text = query.text else {
            return view.segments.map { SegmentQuery(query: query, segment: $0, words: [], idfs: [], scoring: nil) }
        }
        let statistics = view.statistics
        let scoring = BM25F(text.scoring, schema: view.schema, statistics: statistics)
        let words = view.segments.map { segment in
            text.words.map {
                WordPostings($0, fieldSet: text.scoring.fieldSet, segment: segment.snapshot, scoring: scoring)
            }
        }
        let idfs = text.words.indices.map { word in
            BM25F.idf(
                documentCount: statistics.documentCount,
                documentFrequency: words.reduce(0) { $0 + $1[word].documentFrequency })
        }
        return zip(view.segments, words).map {
            SegmentQuery(query: query, segment: $0, words: $1, idfs: idfs, scoring: scoring)
        }
    }
}
