import Foundation

/// A question that helps to choose between kinds of doctor, a line of `clarifications.jsonl`.
public struct Clarification: Sendable, Equatable {
    public struct Option: Sendable, Equatable {
        public let id: String
        public let label: String
        /// The words that this answer adds to the person's own.
        public let adds: String
    }
    public let id: String
    public let text: String
    /// One of these signs must be there.
    let when: [Int32]
    /// None of these: the answer is known.
    let unless: [Int32]
    public let options: [Option]

    init(id: String, text: String, when: [Int32], unless: [Int32], options: [Option]) {
        self.id = id
        self.text = text
        self.when = when
        self.unless = unless
        self.options = options
    }
}

/// Chooses the question whose answer is expected to say most: the largest expected drop of entropy over specialties.
struct ClarificationChooser: Sendable {
    let clarifications: [Clarification]
    /// Evidence that every option adds, by question and option.
    private let evidence: [[RankerEvidence]]

    /// Less than this is not worth a person's time, in nats.
    private static let smallestGain = 0.08

    init(_ clarifications: [Clarification], evidence: (String) -> RankerEvidence) {
        self.clarifications = clarifications
        self.evidence = clarifications.map { $0.options.map { evidence($0.adds) } }
    }

    /// - Parameters:
    ///   - odds: log-odds of every specialty.
    ///   - present: concepts of the text.
    func choose(_ odds: [Double], present: Set<Int32>, asked: Set<String>) -> Clarification? {
        let now = Self.entropy(odds)
        var best: (gain: Double, index: Int)?
        for (index, question) in clarifications.enumerated() where !asked.contains(question.id) {
            guard question.when.contains(where: present.contains), !question.unless.contains(where: present.contains) else { continue }
            let after = evidence[index].map { option in Self.entropy(zip(odds, option.logOdds).map { $0 + $1 }) }
            let gain = now - after.reduce(0, +) / Double(max(1, after.count))
            if gain > max(best?.gain ?? 0, Self.smallestGain) { best = (gain, index) }
        }
        return best.map { clarifications[$0.index] }
    }

    private static func entropy(_ odds: [Double]) -> Double {
        let best = odds.max() ?? 0
        let exponentials = odds.map { exp($0 - best) }
        let total = exponentials.reduce(0, +)
        return exponentials.reduce(0) { $1 > 0 ? $0 - $1 / total * log($1 / total) : $0 }
    }
}
