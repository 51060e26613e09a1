/// Tells of every word whether it is meant as there and now (after NegEx, Chapman 2001, and ConText, Harkema 2009, with
/// rules of its own for lists and commas, since a person's "no appetite, chest pain" denies no chest pain).
struct ContextReader: Sendable {
    private let patterns: PatternSet
    private let kinds: [ContextKind]

    /// - Parameter patterns: owners are indices of `kinds`.
    init(patterns: PatternSet, kinds: [ContextKind]) {
        self.patterns = patterns
        self.kinds = kinds
    }

    private static let lossWords: Set<String> = ["cannot", "cant", "unable"]
    /// A negation reaches so many words, fillers not counted, where it is not a list's.
    private static let reachWords = 6

    func read(_ text: PatientText) -> TextContext {
        let matches = patterns.matches(in: text)
        func triggers(_ kind: ContextKind) -> [PatternSet.Match] { matches.filter { kinds[Int($0.owner)] == kind } }
        func ranges(_ kind: ContextKind) -> [ClosedRange<Int>] { triggers(kind).map(\.range) }
        let pseudo = ranges(.noNegation)
        let contrasts = Set(ranges(.contrast).map(\.lowerBound))
        let stops = contrasts.union(ranges(.stop).map(\.lowerBound))
        // "no fever and is not breathing", "no fever, cannot breathe": what is lost is no part of what is denied.
        let losses = text.tokens.indices.filter { Self.lossWords.contains(text.tokens[$0].word) }
        let negationStops = stops.union(pseudo.map(\.lowerBound)).union(losses)
        var context = TextContext(count: text.tokens.count)
        let clauses = Self.clauses(text, stops: contrasts)
        for (kind, isList) in [(ContextKind.negation, false), (.negationOfList, true)] {
            for trigger in triggers(kind) where !pseudo.contains(where: { $0.overlaps(trigger.range) }) {
                // The denying words themselves tell nothing of what is there.
                for token in trigger.range.lowerBound ..< Self.scope(after: trigger.range, text, stops: negationStops, isList: isList).upperBound {
                    context.negatedBy[token] = trigger.tokens
                }
            }
        }
        for trigger in triggers(.negationBehind) where !pseudo.contains(where: { $0.overlaps(trigger.range) }) {
            for token in Self.scope(before: trigger.range, text, stops: stops) { context.negatedBy[token] = trigger.tokens }
        }
        for token in text.tokens.indices where text.tokens[token].isMarkedAbsent { context.negatedBy[token] = TextContext.outside }
        for range in ranges(.figurative) { for token in range { context.assertions[token] = .figurative } }
        let now = Set(ranges(.now).map { clauses[$0.lowerBound] })
        for (kind, assertion) in [(ContextKind.hypothetical, Assertion.hypothetical), (.family, .family), (.past, .past)] {
            for trigger in triggers(kind) {
                for token in Self.scope(after: trigger.range, text, stops: stops, isList: kind != .hypothetical)
                where context.assertions[token] == .present && (kind == .hypothetical || !now.contains(clauses[token])) {
                    context.assertions[token] = assertion
                    context.assertedBy[token] = trigger.tokens
                }
            }
        }
        for (kind, assertion) in [(ContextKind.hypotheticalClause, Assertion.hypothetical), (.pastClause, .past)] {
            for trigger in triggers(kind) {
                let clause = clauses[trigger.range.lowerBound]
                if now.contains(clause) { continue }
                for token in text.tokens.indices where clauses[token] == clause && context.assertions[token] == .present {
                    context.assertions[token] = assertion
                    context.assertedBy[token] = trigger.tokens
                }
            }
        }
        return context
    }

    /// A clause ends with the sentence, at a stop word and, for the past, nowhere else: commas part too much.
    private static func clauses(_ text: PatientText, stops: Set<Int>) -> [Int] {
        var clause = 0
        return text.tokens.indices.map { index in
            if index > 0, stops.contains(index) || text.tokens[index].sentence != text.tokens[index - 1].sentence { clause += 1 }
            return clause
        }
    }

    private static func scope(after trigger: ClosedRange<Int>, _ text: PatientText, stops: Set<Int>, isList: Bool) -> Range<Int> {
        let start = trigger.upperBound + 1
        var end = start
        var words = 0
        var commas: [Int] = []
        var hasOr = false
        while end < text.tokens.count, text.tokens[end].sentence == text.tokens[trigger.upperBound].sentence, !stops.contains(end) {
            let token = text.tokens[end]
            if token.followsComma, end > start { commas.append(end) }
            // The item after the "or" is the list's last.
            if !isList, hasOr, token.followsComma, text.tokens[end - 1].word != "or" { break }
            if token.word == "or" || token.word == "nor" { hasOr = true }
            if !token.isFiller { words += 1 }
            if !isList, words > reachWords, !hasOr || commas.isEmpty { break }
            end += 1
        }
        if isList || hasOr { return start..<end }
        return start..<(commas.first ?? end)
    }

    private static func scope(before trigger: ClosedRange<Int>, _ text: PatientText, stops: Set<Int>) -> Range<Int> {
        var start = trigger.lowerBound
        var words = 0
        while start > 0, text.tokens[start - 1].sentence == text.tokens[trigger.lowerBound].sentence, !stops.contains(start - 1),
            !text.tokens[start].followsComma, text.tokens[start - 1].word != "and", words < reachWords
        {
            start -= 1
            if !text.tokens[start].isFiller { words += 1 }
        }
        return start..<trigger.lowerBound
    }
}

/// What is said of every token of a text.
struct TextContext: Sendable {
    /// The words that deny token i.
    fileprivate(set) var negatedBy: [[Int32]?]
    /// Everything but negation.
    fileprivate(set) var assertions: [Assertion]
    fileprivate(set) var assertedBy: [[Int32]?]
    /// Denied by a sign that is no word.
    fileprivate static let outside: [Int32] = []

    init(count: Int) {
        negatedBy = Array(repeating: nil, count: count)
        assertions = Array(repeating: .present, count: count)
        assertedBy = Array(repeating: nil, count: count)
    }

    /// How a sign made of these tokens is meant. Words that belong to the sign itself ("not breathing") say nothing about it.
    func assertion(of tokens: [Int32]) -> Assertion {
        func isOwn(_ trigger: [Int32]) -> Bool { trigger.contains(where: tokens.contains) }
        for token in tokens { if let trigger = negatedBy[Int(token)], !isOwn(trigger) { return .negated } }
        for token in tokens where assertions[Int(token)] != .present {
            if let trigger = assertedBy[Int(token)], isOwn(trigger) { continue }
            return assertions[Int(token)]
        }
        return .present
    }

    /// The same for one token alone.
    func isPresent(_ token: Int) -> Bool { negatedBy[token] == nil && assertions[token] != .hypothetical && assertions[token] != .figurative }
}
