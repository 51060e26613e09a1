import Domain
import SearchIndex

/// What the results page may print.
struct ResultsPage {
    struct SortChoice {
        let label: String
        let address: String
        let isChosen: Bool
    }
    let heading: String
    let form: SearchForm
    /// Places of the same name.
    let otherPlaces: [PageLink]?
    let found: String
    let sortName: String
    let sorts: [SortChoice]
    let chips: [PageLink]?
    let filter: FilterForm
    let looseMatch: String?
    let cards: [ResultCard]
    let empty: EmptyResults?
    let nextAddress: String?
    let firstAddress: String?

    init(
        _ results: SearchResults, address: ResultsAddress, words: String?, terminology: Terminology, place: Place?,
        namesakes: [Place], empty: EmptyResults?
    ) throws {
        let constraints = address.constraints(terminology: terminology, place: place, words: words)
        heading = ResultsPage.heading(address, terminology: terminology, place: place, isAll: constraints.isEmpty)
        form = ResultsPage.form(address, words: words, terminology: terminology, place: place)
        otherPlaces = namesakes.isEmpty ? nil : namesakes.map { other in
            PageLink(label: other.label, address: address.with { $0.place = other.slug }.text)
        }
        found = "\(PlainWords.count(results.matchCount ?? results.hits.count)) found"
        let sorts = ResultsPage.sorts(address)
        self.sorts = sorts
        sortName = sorts.first(where: \.isChosen)?.label.lowercased() ?? ""
        chips = constraints.isEmpty ? nil : constraints.map { PageLink(label: $0.label, address: $0.without.text) }
        filter = FilterForm(address, terminology: terminology, place: place)
        looseMatch = results.hits.isEmpty ? nil : words.flatMap { results.tier.looseMatch(words: $0) }
        let hits = try results.hits.map { ($0, try results.card($0)) }
        let byName = Dictionary(grouping: hits, by: { $0.1.name })
        cards = hits.map { hit, card in
            ResultCard(
                card, hit: hit, of: results, address: address, terminology: terminology, place: place,
                isNamesake: byName[card.name, default: []].count > 1)
        }
        self.empty = empty
        nextAddress = results.nextCursor.map { cursor in address.with { $0.cursor = cursor }.text }
        firstAddress = address.cursor == nil ? nil : address.with { _ in }.text
    }

    /// `Dermatologists near Sandton`; without words, which stay out of the window's title.
    private static func heading(_ address: ResultsAddress, terminology: Terminology, place: Place?, isAll: Bool) -> String {
        let kinds = address.specialties.compactMap { terminology.specialty($0).map { PlainWords.plural($0.practitioner) } }
        let whom = (1...2).contains(kinds.count) ? kinds.joined(separator: " and ") : isAll ? "All doctors" : "Doctors"
        return place.map { "\(whom) near \($0.name)" } ?? whom
    }

    /// The search as it could be typed again; filters stay.
    private static func form(_ address: ResultsAddress, words: String?, terminology: Terminology, place: Place?) -> SearchForm {
        let typed = address.specialties.compactMap { terminology.specialty($0)?.practitioner } + [words].compactMap(\.self)
        let kept = address.with {
            $0.specialties = []
            $0.sealedWords = nil
        }
        return SearchForm(
            words: typed.isEmpty ? nil : typed.joined(separator: " "), placeText: place?.label, shownPlace: place?.slug,
            hidden: HiddenField.all(of: kept).filter { $0.name != "place" })
    }

    private static func sorts(_ address: ResultsAddress) -> [SortChoice] {
        let names: [(SearchRequest.Sort, String)] = [
            (.relevance, "Best match"), (.distance, "Nearest"), (.soonest, "Soonest"), (.fee, "Lowest price"), (.rating, "Best rating"),
        ]
        return names.filter { $0.0 != .distance || address.place != nil }.map { sort, label in
            SortChoice(
                label: label, address: address.with { $0.sort = sort == .relevance ? nil : sort }.text,
                isChosen: sort == address.sort ?? .relevance)
        }
    }
}

extension MatchTier {
    /// What to say when words matched loosely; `nil` when there is nothing to say.
    fileprivate func looseMatch(words: String) -> String? {
        switch self {
        case .exact: nil
        case .prefix: "No exact match for “\(words)”. These doctors have longer words that start like this."
        case .similar: "No exact match for “\(words)”. These doctors have similar words."
        case .understood: "Nobody also matches “\(words)”. These doctors match the rest."
        case .any: "Nobody matches all of “\(words)”. These doctors match some of it."
        }
    }
}
