import SearchIndex

/// How loosely words may match. A looser tier is tried only when the stricter one finds nobody, and the answer says so.
enum MatchTier: UInt8, CaseIterable {
    /// Every word, as written.
    case exact
    /// Every word, the last one perhaps unfinished.
    case prefix
    /// Every word, each perhaps with one letter wrong, a long one with two.
    case similar
    /// At least one of the words.
    case any
    /// What was understood of the words, such as a specialty, without the rest.
    case understood

    /// What the answer calls it.
    var name: String { "\(self)" }

    /// `nil` where the tier adds nothing to the ones before it.
    func textQuery(_ words: [String]) -> TextQuery? {
        guard !words.isEmpty, self != .understood else { return nil }
        let expanded =
            switch self {
            case .exact, .any, .understood: words.map { QueryWord($0) }
            case .prefix: words.dropLast().map { QueryWord($0) } + words.suffix(1).map { QueryWord($0, expansion: .prefix) }
            case .similar: words.map { QueryWord($0, expansion: MatchTier.misspellings($0).map { .edits($0) } ?? .none) }
            }
        return TextQuery(words: expanded, match: self == .any ? .any : .all, scoring: RelevanceFormula.textScoring)
    }

    /// The tiers worth trying for these words.
    /// - Parameter hasSpecialty: whether a specialty is asked for beside them, so that the rest can be let go.
    static func tiers(for words: [String], hasSpecialty: Bool) -> [MatchTier] {
        guard let last = words.last else { return [.exact] }
        return allCases.filter { tier in
            switch tier {
            case .exact: true
            case .prefix: last.unicodeScalars.count >= shortestPrefix
            case .similar: words.contains { misspellings($0) != nil }
            case .any: words.count > 1
            case .understood: hasSpecialty
            }
        }
    }

    private static let shortestPrefix = 2

    /// Which misspellings of a word are forgiven: one letter from five letters on, two from nine. Short words have too
    /// many neighbours, and a number with one digit wrong is another number.
    private static func misspellings(_ word: String) -> QueryWord.Edits? {
        let digits = UInt8(ascii: "0")...UInt8(ascii: "9")
        let letters = word.unicodeScalars.count
        guard letters >= 5, !word.utf8.contains(where: digits.contains) else { return nil }
        return QueryWord.Edits(count: letters >= 9 ? 2 : 1, transposes: true, maximumTerms: mostMisspellings)
    }

    /// Of more words that are as near, only the most frequent are tried.
    private static let mostMisspellings = 50
}
