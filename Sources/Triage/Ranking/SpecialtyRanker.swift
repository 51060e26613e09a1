import Foundation
import SearchIndex

/// A kind of doctor for a text, and why.
public struct RankedSpecialty: Sendable, Equatable {
    /// Slug.
    public let specialty: String
    /// 0…1; all specialties' add up to one.
    public let confidence: Double
    /// Exact words of the text, none twice.
    public let evidence: [String]

    public init(specialty: String, confidence: Double, evidence: [String]) {
        self.specialty = specialty
        self.confidence = confidence
        self.evidence = evidence
    }
}

/// What a text says for every specialty, in log-odds.
struct RankerEvidence: Sendable {
    let logOdds: [Double]
}

/// Weighs what a text says for every specialty: phrases of the knowledge base that stand in it, the most similar entries and
/// solved questions by BM25 from our own index, and complement naive Bayes. Log-odds are added, then a softmax.
struct SpecialtyRanker: Sendable {
    let specialties: [String]
    private let entries: [KnowledgeEntry]
    private let patterns: PatternSet
    /// Entry of every phrase, and how telling the phrase is, 0…1.
    private let phrases: [(entry: Int, weight: Double)]
    private let index: IndexView
    /// Votes of the index' documents.
    private let votes: [[(specialty: Int, weight: Double)]]
    private let bayes: ComplementNaiveBayes
    private let prior: [Double]

    /// Chosen by hand on questions of our own; nothing is fitted to the check sets.
    private struct Weights: Sendable {
        let phrases = 3.0
        let neighbours = 5.0
        let bayes = 4.0
        let prior = 0.2
        /// Divides the log-odds: above one the confidences are closer to each other.
        let temperature = 1.2
        let neighbourCount = 40
    }
    private let weights = Weights()

    /// - Parameter patterns: owners are indices of `phrases`.
    init(
        specialties: [String], entries: [KnowledgeEntry], questions: [SolvedQuestion], patterns: PatternSet,
        phrases: [(entry: Int, weight: Double)], stems: (String) -> [String]
    ) {
        self.specialties = specialties
        self.entries = entries
        self.patterns = patterns
        self.phrases = phrases
        var builder = IndexBuilder(schema: Self.schema)
        var votes: [[(specialty: Int, weight: Double)]] = []
        var examples: [ComplementNaiveBayes.Example] = []
        var prior = Array(repeating: 1.0, count: specialties.count)
        func add(_ tokens: [String], _ classes: [(specialty: Int, weight: Double)]) {
            builder.add(IndexedDocument(id: Int64(votes.count), fields: [TermList(tokens)]))
            votes.append(classes)
        }
        for entry in entries {
            let total = entry.weights.reduce(0) { $0 + $1.weight * $1.weight }
            let classes = entry.weights.map { (specialty: $0.specialty, weight: $0.weight * $0.weight / total) }
            let tokens = entry.phrases.flatMap(stems)
            add(tokens, classes)
            for phrase in entry.phrases {
                examples.append(ComplementNaiveBayes.Example(tokens: stems(phrase), classes: classes.map { ($0.specialty, $0.weight) }))
            }
        }
        for question in questions {
            let shares = [[1.0], [0.7, 0.3], [0.6, 0.25, 0.15]][max(0, min(2, question.specialties.count - 1))]
            let classes = zip(question.specialties, shares).map { (specialty: $0, weight: $1) }
            for (specialty, weight) in classes { prior[specialty] += weight }
            let tokens = stems(question.text)
            add(tokens, classes)
            examples.append(ComplementNaiveBayes.Example(tokens: tokens, classes: classes.map { ($0.specialty, $0.weight) }))
        }
        index = IndexView(builder.build())
        self.votes = votes
        bayes = ComplementNaiveBayes(examples, classCount: specialties.count)
        let total = prior.reduce(0, +)
        self.prior = prior.map { log($0 / total) }
    }

    private static let scoring = TextScoring.bm25(fieldSet: 0)
    private static let schema = IndexSchema(
        fields: ["words"], fieldSets: [FieldSet(name: "words", fields: [0])], tagDimensions: [], scorings: [scoring])

    private static let mostPhrases = 200

    /// Phrases of the knowledge base that stand in a text and are not denied, covered ones left out.
    struct Found: Sendable {
        let entry: Int
        let weight: Double
        let range: ClosedRange<Int>
        let tokens: Set<Int32>
    }

    func found(in text: PatientText, context: TextContext, facts: PatientFacts) -> [Found] {
        let all = patterns.matches(in: text).compactMap { match -> Found? in
            let phrase = phrases[Int(match.owner)]
            let assertion = context.assertion(of: match.tokens)
            guard assertion != .negated, assertion != .figurative, entries[phrase.entry].fits(facts) else { return nil }
            let factor = assertion == .present ? 1 : assertion == .hypothetical ? 0.7 : 0.5
            return Found(entry: phrase.entry, weight: phrase.weight * factor, range: match.range, tokens: Set(match.tokens))
        }
        // The most telling ones are enough, and comparing all with all costs their square.
        let telling = all.count > Self.mostPhrases ? Array(all.sorted { $0.weight > $1.weight }.prefix(Self.mostPhrases)) : all
        return telling.filter { one in !telling.contains { $0.tokens.count > one.tokens.count && $0.tokens.isSuperset(of: one.tokens) } }
    }

    /// What a text says for every specialty, all sources together.
    func evidence(found: [Found], tokens: [String]) -> RankerEvidence {
        var phrases = Array(repeating: 0.0, count: specialties.count)
        var seen: Set<Int> = []
        for one in found.sorted(by: { $0.weight > $1.weight }) where seen.insert(one.entry).inserted {
            for (specialty, weight) in entries[one.entry].weights { phrases[specialty] += one.weight * weight / 3 }
        }
        let classes = bayes.scores(tokens)
        let mean = classes.reduce(0, +) / Double(max(1, classes.count))
        let neighbours = neighbourVotes(tokens)
        return RankerEvidence(
            logOdds: specialties.indices.map { specialty in
                (weights.phrases * log(1 + phrases[specialty]) + weights.neighbours * log(1 + 4 * neighbours[specialty])
                    + weights.bayes * (classes[specialty] - mean)) / weights.temperature
            })
    }

    /// Log-odds of every specialty, the prior included.
    func logOdds(_ evidence: RankerEvidence) -> [Double] {
        zip(evidence.logOdds, prior).map { $0 + weights.prior * $1 / weights.temperature }
    }

    private func neighbourVotes(_ tokens: [String]) -> [Double] {
        var sums = Array(repeating: 0.0, count: specialties.count)
        var seen: Set<String> = []
        let words = tokens.filter { seen.insert($0).inserted }.prefix(80).map { QueryWord($0) }
        guard !words.isEmpty else { return sums }
        let result = Searcher(index).search(
            Query(text: TextQuery(words: words, match: .any, scoring: Self.scoring), order: .text, limit: weights.neighbourCount))
        guard let best = result.hits.first?.position.key, best > 0 else { return sums }
        var total = 0.0
        for hit in result.hits {
            let weight = (hit.position.key / best) * (hit.position.key / best) * (hit.position.key / best)
            total += weight
            for (specialty, share) in votes[Int(hit.id)] { sums[specialty] += weight * share }
        }
        return sums.map { $0 / total }
    }

    func ranked(_ odds: [Double], text: PatientText, found: [Found]) -> [RankedSpecialty] {
        let best = odds.max() ?? 0
        let exponentials = odds.map { exp($0 - best) }
        let total = exponentials.reduce(0, +)
        return odds.indices.sorted { (odds[$1], $0) < (odds[$0], $1) }.map { specialty in
            RankedSpecialty(
                specialty: specialties[specialty], confidence: exponentials[specialty] / total,
                evidence: evidence(for: specialty, text: text, found: found))
        }
    }

    private func evidence(for specialty: Int, text: PatientText, found: [Found]) -> [String] {
        let telling = found.filter { one in entries[one.entry].weights.contains { $0.specialty == specialty && $0.weight >= 2 } }
        var words: [String] = []
        for one in telling.sorted(by: { $0.weight > $1.weight }) where words.count < 3 {
            let quoted = text.words(one.range)
            if !words.contains(where: { $0.contains(quoted) || quoted.contains($0) }) { words.append(quoted) }
        }
        return words
    }

    /// The most urgent level that a phrase in the text asks for; self-care only where every phrase does.
    func urgency(_ found: [Found]) -> Urgency {
        let said = found.filter { $0.weight > 0.3 }.map { entries[$0.entry].urgency ?? .routine }
        return said.max() ?? .routine
    }
}
