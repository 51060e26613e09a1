/// A red flag that was seen, and where.
public struct RedFlag: Sendable, Equatable {
    /// `heart-attack`
    public let id: String
    /// Of the rule that saw it; rises when the rule is changed.
    public let version: Int
    public let title: String
    public let urgency: Urgency
    public let path: DangerPath?
    /// The exact words that led there.
    public let evidence: [String]
}

/// A sign found in a text.
struct Mention: Sendable {
    let concept: Int32
    let range: ClosedRange<Int>
    let assertion: Assertion
}

/// All rules, applied to one text. Nothing that comes after lowers what they say.
struct RedFlags: Sendable {
    let rules: [RedFlagRule]
    private let patterns: PatternSet
    /// Concepts that count also when they are told as past: risks, injuries, what was swallowed.
    private let pastConcepts: Set<Int32>
    /// Rules by each concept of their first list: no others can fire.
    private let rulesOfConcept: [Int32: [Int]]

    init(patterns: PatternSet, rules: [RedFlagRule], pastConcepts: Set<Int32>) {
        self.patterns = patterns
        self.rules = rules
        self.pastConcepts = pastConcepts
        var rulesOfConcept: [Int32: [Int]] = [:]
        for (number, rule) in rules.enumerated() { for concept in rule.all.first ?? [] { rulesOfConcept[concept, default: []].append(number) } }
        self.rulesOfConcept = rulesOfConcept
    }

    /// Every sign of the text, those that are denied included.
    func mentions(in text: PatientText, context: TextContext) -> [Mention] {
        patterns.matches(in: text).map { mention(of: $0, context) }
    }

    private func mention(of match: PatternSet.Match, _ context: TextContext) -> Mention {
        let assertion = context.assertion(of: match.tokens)
        let counts = assertion == .past && pastConcepts.contains(match.owner)
        return Mention(concept: match.owner, range: match.range, assertion: counts ? .present : assertion)
    }

    /// The flags of a text, the most urgent first, each once.
    func flags(in text: PatientText, mentions: [Mention], facts: PatientFacts) -> [RedFlag] {
        let present = Dictionary(grouping: mentions.filter { $0.assertion == .present }, by: \.concept)
        guard !present.isEmpty else { return [] }
        var seen: [String: RedFlag] = [:]
        for number in Set(present.keys.flatMap { rulesOfConcept[$0] ?? [] }).sorted() {
            let rule = rules[number]
            guard rule.fits(facts), text.tokens.count <= rule.maximumWords ?? .max else { continue }
            guard let ranges = ranges(rule, present, text), seen[rule.flag].map({ $0.urgency < rule.urgency }) ?? true else { continue }
            seen[rule.flag] = RedFlag(
                id: rule.flag, version: rule.version, title: rule.title, urgency: rule.urgency, path: rule.path,
                evidence: ranges.sorted { $0.lowerBound < $1.lowerBound }.map(text.words))
        }
        return seen.values.sorted { ($1.urgency, $0.id) < ($0.urgency, $1.id) }
    }

    /// One mention for each of the rule's lists, near enough to each other and none the very same words. From every sign on, each list
    /// needs only its next few signs: as many as there are lists, since no more can be taken. O(signs · lists^lists).
    private func ranges(_ rule: RedFlagRule, _ present: [Int32: [Mention]], _ text: PatientText) -> [ClosedRange<Int>]? {
        var lists: [[ClosedRange<Int>]] = []
        for list in rule.all {
            let ranges = Set(list.flatMap { present[$0] ?? [] }.map(\.range)).sorted { ($0.lowerBound, $0.upperBound) < ($1.lowerBound, $1.upperBound) }
            if ranges.isEmpty { return nil }
            lists.append(ranges)
        }
        let reach = text.tokens.count > Self.letterWords ? Self.excludingWordsOfLetter : Self.excludingWords
        let excluding = rule.none.flatMap { present[$0] ?? [] }.map(\.range)
        for first in Set(lists.joined()).sorted(by: { $0.lowerBound < $1.lowerBound }) {
            let end = first.upperBound + 1 + rule.within
            let lastSentence = text.tokens.count > Self.letterWords ? text.tokens[first.lowerBound].sentence + 1 : .max
            let near = lists.map { list in
                Array(list.lazy.filter {
                    $0.lowerBound >= first.lowerBound && $0.lowerBound <= end && text.tokens[$0.lowerBound].sentence <= lastSentence
                }.prefix(lists.count))
            }
            guard let chosen = RedFlags.different(near[...], []), chosen.contains(where: { $0.lowerBound == first.lowerBound }) else { continue }
            let last = chosen.map(\.upperBound).max() ?? end
            if !excluding.contains(where: { $0.upperBound >= first.lowerBound - reach && $0.lowerBound <= last + reach }) {
                return chosen
            }
        }
        return nil
    }

    /// One range of each list, no two the same.
    private static func different(_ lists: ArraySlice<[ClosedRange<Int>]>, _ chosen: [ClosedRange<Int>]) -> [ClosedRange<Int>]? {
        guard let list = lists.first else { return chosen }
        for range in list where !chosen.contains(range) {
            if let all = different(lists.dropFirst(), chosen + [range]) { return all }
        }
        return nil
    }

    /// In a longer text the signs of a flag stand in one sentence or in the next: a letter tells of more than one thing.
    private static let letterWords = 60
    /// What makes a sign another thing stands near it; elsewhere in a long letter it speaks of something else.
    private static let excludingWords = 30
    private static let excludingWordsOfLetter = 80
}
