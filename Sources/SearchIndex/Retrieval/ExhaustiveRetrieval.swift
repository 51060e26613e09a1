/// Looks at every row, with no index structure but the postings of the query's own terms. The oracle every faster path
/// must equal.
enum ExhaustiveRetrieval {
    /// O(rows · filters + postings of the words).
    static func run(_ query: SegmentQuery, segment: Int, into collector: inout Collector) {
        let facets = SegmentFacets(query.query, in: query.snapshot)
        let scores = Scores(query: query, frequencies: query.expansions.map { bestFrequencies($0, query) })
        for row in 0..<query.snapshot.rowCount {
            guard let textScore = scores.textScore(row) else { continue }
            if query.query.countsAnything { collector.count(row, facets, query, scores) }
            collector.rank(row, textScore: textScore, query, segment: segment, scores)
        }
        collector.add(facets)
    }

    /// Best frequency of the word's terms by row; `nil` where no field of the set holds one.
    private static func bestFrequencies(_ terms: QueryTerms, _ query: SegmentQuery) -> [Double?] {
        let snapshot = query.snapshot
        var best = [Double?](repeating: nil, count: snapshot.rowCount)
        guard let scoring = query.scoring else { return best }
        terms.forEach { term in
            let first = Int(snapshot.postings.starts[term])
            snapshot.postings.lists[term].forEach(rowCount: snapshot.rowCount) { row, place in
                guard let frequency = snapshot.frequency(posting: first + place, row: row, scoring: scoring) else { return }
                best[row] = max(best[row] ?? frequency, frequency)
            }
        }
        return best
    }

    private struct Scores: RowScores {
        let query: SegmentQuery
        /// By word and row.
        let frequencies: [[Double?]]

        func textScore(_ row: Int) -> Double? {
            guard query.filterMatches(row) else { return nil }
            guard let scoring = query.scoring, !query.words.isEmpty else { return 0 }
            var (sum, found) = (0.0, 0)
            for (word, frequency) in zip(query.words, frequencies) {
                guard let frequency = frequency[row] else { continue }
                found += 1
                sum += scoring.score(frequency: frequency, idf: word.idf)
            }
            return found == query.words.count || (!query.matchesAllWords && found > 0) ? sum : nil
        }
    }
}
