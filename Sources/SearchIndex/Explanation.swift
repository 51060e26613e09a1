/// How the score of one hit came about.
public struct Explanation: Sendable {
    /// One component of the blended score.
    public struct Part: Sendable {
        public let name: String
        public let weight: Double
        /// 0…1.
        public let value: Double
        /// Weight × value.
        public var contribution: Double { weight * value }
    }
    /// One word of the query.
    public struct Word: Sendable {
        public let word: String
        public let idf: Double
        /// Weighted, length-normalised frequency; 0 when the document does not hold the word.
        public let frequency: Double
        /// The word's share of the text score.
        public let score: Double
    }
    /// The value the hits are ordered by, greater is better.
    public let key: Double
    public let textScore: Double
    /// The blend's components; empty for other orders.
    public let parts: [Part]
    public let words: [Word]

    init(_ query: SegmentQuery, row: Int) {
        words = query.words.indices.map { number in
            let (word, found) = (query.query.text?.words[number].term ?? "", query.words[number])
            guard let scoring = query.scoring, 
                let frequency = query.snapshot.bestFrequency(of: query.expansions[number], row: row, scoring: scoring)
            else { return Word(word: word, idf: found.idf, frequency: 0, score: 0) }
            return Word(
                word: word, idf: found.idf, frequency: frequency,
                score: scoring.score(frequency: frequency, idf: found.idf))
        }
        textScore = words.reduce(0) { $0 + $1.score }
        key = query.position(row, textScore: textScore).key
        if case .blend(let blend) = query.query.order {
            let values = BlendScorer(blend, segment: query.snapshot).values(row: row, textScore: textScore)
            parts = zip(blend.parts, values).map { Part(name: $0.name, weight: $0.weight, value: $1) }
        } else {
            parts = []
        }
    }
}
