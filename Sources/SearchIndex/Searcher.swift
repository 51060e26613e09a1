/// Answers queries over one view. A value: make one per search.
public struct Searcher: Sendable {
    let view: IndexView

    public init(_ view: IndexView) { self.view = view }

    /// The hits of a query, and its exact count and facets where asked for. O(rows the index cannot rule out).
    public func search(_ query: Query) -> SearchResult {
        collect(query) { segmentQuery, segment, collector in
            let rows = CandidateRetrieval.cost(segmentQuery)
            if rows == 0 { return }
            if ImpactRetrieval.serves(segmentQuery),
                ImpactRetrieval.run(segmentQuery, segment: segment, into: &collector)
            {
                if query.countsAnything { Searcher.count(segmentQuery, candidates: rows, into: &collector) }
                return
            }
            if rows <= Searcher.fewRows(segmentQuery) || segmentQuery.words.contains(where: \.isExpanded) {
                CandidateRetrieval.run(segmentQuery, segment: segment, into: &collector)
            } else {
                BestFirstRetrieval.run(segmentQuery, segment: segment, into: &collector)
            }
        }
    }

    /// Counts what matches, where the best were found without looking at all of it.
    private static func count(_ query: SegmentQuery, candidates: Int, into collector: inout Collector) {
        if candidates <= fewRows(query) {
            CandidateRetrieval.count(query, into: &collector)
        } else {
            BestFirstRetrieval.count(query, into: &collector)
        }
    }

    /// So few rows are looked at one by one: choosing among runs of them would cost more. Of a word in few documents
    /// nothing but its best score is known, so by text there is nothing to choose by.
    private static func fewRows(_ query: SegmentQuery) -> Int {
        if case .text = query.query.order { max(1024, query.snapshot.rowCount / 64) } else { 1024 }
    }

    /// The same answer by looking at every row: the oracle. O(rows).
    public func searchExhaustively(_ query: Query) -> SearchResult {
        collect(query, by: ExhaustiveRetrieval.run)
    }

    /// The bytes stored with a hit's document, a copy.
    public func stored(_ hit: Hit) -> [UInt8] { withStored(hit) { Array($0) } }

    /// Hands out the bytes stored with a hit's document, valid during the call.
    public func withStored<Result>(_ hit: Hit, _ body: (UnsafeRawBufferPointer) throws -> Result) rethrows -> Result {
        let snapshot = view.segments[hit.row.segment].snapshot
        return try withExtendedLifetime(snapshot) { try body(snapshot.stored[hit.row.row]) }
    }

    /// Why a hit of this query stands where it does.
    public func explain(_ hit: Hit, of query: Query) -> Explanation {
        Explanation(prepare(query)[hit.row.segment], row: hit.row.row)
    }

    private func collect(
        _ query: Query, by retrieval: (SegmentQuery, _ segment: Int, inout Collector) -> Void
    ) -> SearchResult {
        var collector = Collector(query)
        for (number, segmentQuery) in prepare(query).enumerated() { retrieval(segmentQuery, number, &collector) }
        return collector.finish(view: view)
    }

    /// Looks the words up in every segment; idf comes from all of them together.
    private func prepare(_ query: Query) -> [SegmentQuery] {
        guard let text = query.text else {
            return view.segments.map {
                SegmentQuery(query: query, segment: $0, expansions: [], words: [], scoring: nil, knownScoring: nil,
                    saturationTable: nil)
            }
        }
        let statistics = view.statistics
        let known = view.schema.scorings.firstIndex(of: text.scoring)
        let scoring = known.map { view.scorers[$0] } ?? BM25F(text.scoring, schema: view.schema, statistics: statistics)
        let fieldSet = text.scoring.fieldSet
        let terms = view.segments.map { segment in
            text.words.map { QueryTerms($0, in: segment.snapshot, fieldSet: fieldSet) }
        }
        let idfs = text.words.indices.map { word in
            var documentFrequency = 0
            for (number, segment) in view.segments.enumerated() {
                documentFrequency += terms[number][word].documentFrequency(in: segment.snapshot.postings, fieldSet: fieldSet)
            }
            return BM25F.idf(documentCount: statistics.documentCount, documentFrequency: documentFrequency)
        }
        return view.segments.indices.map { number in
            let segment = view.segments[number]
            let growth = known == nil || view.segments.count == 1 ? 1 : scoring.growth(since: segment.snapshot.statistics)
            let words = text.words.indices.map { word in
                SegmentWord(
                    terms[number][word], idf: idfs[word], in: segment.snapshot, fieldSet: fieldSet, knownScoring: known,
                    growth: growth)
            }
            return SegmentQuery(
                query: query, segment: segment, expansions: terms[number], words: words, scoring: scoring,
                knownScoring: known, saturationTable: known.flatMap { view.saturations[$0] })
        }
    }
}
