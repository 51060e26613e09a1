import Domain
import SearchIndex
import TextAnalysis

extension PlaceDirectory {
    /// What a person who has typed `text` may mean, best first: places of exactly this name, then those with a name that starts
    /// with it, then those that hold its words anywhere in their names (the last word as a prefix), then those that its later
    /// words lead to by city or province (`rondebosch, cape t`). Each group is ordered by population. Where nothing matches,
    /// words of four letters and more may be one letter off. Postal codes count as names.
    ///
    /// Empty for text without a word. Well below 1 ms for texts of a few words; O(words · places) at worst.
    /// - Parameter limit: the most places returned, at least 0.
    public func suggestions(for text: String, limit: Int) -> [Place] {
        let words = analyser.fold(text).split(separator: " ").map(String.init)
        guard !words.isEmpty, limit > 0 else { return [] }
        let folded = words.joined(separator: " ")
        var found = Array(indices(named: folded).prefix(limit))
        for search in Self.searches(folded, words) where found.count < limit {
            found += indices(search, limit: limit).filter { !found.contains($0) }.prefix(limit - found.count)
        }
        if found.isEmpty { found = indices(Self.forgiving(words), limit: limit) }
        return found.map(place(at:))
    }

    private static func searches(_ folded: String, _ words: [String]) -> [TextQuery] {
        let typed = words.dropLast().map { QueryWord($0) } + [QueryWord(words[words.count - 1], expansion: .prefix)]
        let byName = [
            search([QueryWord(folded, expansion: .prefix)], in: PlaceIndex.FieldSets.wholeNames),
            search(typed, in: PlaceIndex.FieldSets.words),
        ]
        // One word alone would list every place of a city or province.
        return words.count == 1 ? byName : byName + [search(typed, in: PlaceIndex.FieldSets.everything)]
    }

    private static func forgiving(_ words: [String]) -> TextQuery {
        let typed = words.enumerated().map { position, word in
            let isForgiven = word.count >= 4 && !word.contains(where: \.isNumber)
            return QueryWord(word, expansion: isForgiven ? .oneEdit : position == words.count - 1 ? .prefix : .none)
        }
        return search(typed, in: words.count == 1 ? PlaceIndex.FieldSets.words : PlaceIndex.FieldSets.everything)
    }

    private static func search(_ words: [QueryWord], in fieldSet: Int) -> TextQuery {
        TextQuery(words: words, scoring: .bm25(fieldSet: fieldSet))
    }

    /// Most populous first: ids ascend as populations fall.
    private func indices(_ text: TextQuery, limit: Int) -> [Int] {
        Searcher(index).search(Query(text: text, order: .id, limit: limit)).hits.map { Int($0.id) }
    }
}
