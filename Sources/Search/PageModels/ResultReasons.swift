import Domain
import Foundation
import SearchIndex

/// Why a doctor is shown: what was asked for and holds for them, in plain words.
struct ResultReasons {
    let search: ResultsAddress
    let results: SearchResults
    let terminology: Terminology
    let place: Place?

    func text(card: DoctorCard, hit: Hit, nextDate: Date?) -> String {
        let asked = askedFor(card, hit)
        let free = nextDate.map { ["free \(LocalTime.spoken($0).prefix { $0 != "," })"] } ?? []
        if asked.isEmpty { return "all doctors, ordered by rating, free times and price" }
        return (asked + free).joined(separator: ", ")
    }

    private func askedFor(_ card: DoctorCard, _ hit: Hit) -> [String] {
        var reasons = card.specialties.filter { search.specialties.contains($0.slug) }.map(\.name)
        func add(_ reason: String?) {
            if let reason { reasons.append(reason) }
        }
        add(matchedWords(hit))
        if let place, let metres = hit.distanceMetres {
            add("\(PlainWords.distance(metres: metres)) from \(place.name)")
        }
        for code in search.languages where card.languages.contains(code) {
            add("speaks \(terminology.languageName(code) ?? code)")
        }
        if let scheme = search.scheme, card.schemes.contains(scheme) { add("takes \(terminology.schemeName(scheme) ?? scheme)") }
        if search.gender?.rawValue == card.gender { add(search.gender?.label) }
        if search.telehealth { add("offers video visits") }
        if search.maximumFeeRand != nil { add(card.fee.map { "asks \(PlainWords.rand(cents: $0.amountCents))" }) }
        if search.minimumRating != nil { add(card.rating.map { "rated \(PlainWords.decimal($0.average))" }) }
        return reasons
    }

    /// The words of the search that the doctor's entry holds.
    private func matchedWords(_ hit: Hit) -> String? {
        let words = results.searcher.explain(hit, of: results.query).words.filter { $0.frequency > 0 }.map { "“\($0.word)”" }
        guard !words.isEmpty else { return nil }
        let verb = results.tier == .similar ? "has words like" : "mentions"
        return "\(verb) \(words.joined(separator: " and "))"
    }
}
