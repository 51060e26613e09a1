/// Looks at every row, with no index structure but the word look-up. The oracle every faster path must equal.
enum ExhaustiveRetrieval {
    /// O(rows · (words · log postings + filters)).
    static func forEachMatch(_ query: SegmentQuery, _ body: (_ row: Int, _ textScore: Double) -> Void) {
        for row in 0..<query.snapshot.rowCount {
            guard !query.segment.deleted.contains(row), query.tagSets.allSatisfy({ $0.contains(row) }),
                query.numbersMatch(row), query.areaContains(row), let score = textScore(query, row: row)
            else { continue }
            body(row, score)
        }
    }

    /// `nil` when the row does not match the words.
    static func textScore(_ query: SegmentQuery, row: Int) -> Double? {
        guard let text = query.query.text, let scoring = query.scoring else { return 0 }
        var sum = 0.0
        var found = 0
        for (word, idf) in zip(query.words, query.idfs) {
            guard let at = word.seek(UInt32(row), from: word.start), Int(word.row(at: at)) == row else { continue }
            found += 1
            sum += scoring.score(frequency: word.frequency(at: at, segment: query.snapshot, scoring: scoring), idf: idf)
        }
        return found == query.words.count || (text.match == .any && found > 0) ? sum : nil
    }
}
