import Domain

/// What the filter panel may print.
struct FilterForm {
    struct Choice {
        let value: String
        let label: String
        let isChosen: Bool
    }
    /// How many filters are set; `nil` for none.
    let chosenCount: Int?
    let hidden: [HiddenField]
    let languages: [Choice]
    let schemes: [Choice]
    let frees: [Choice]
    let fees: [Choice]
    let ratings: [Choice]
    let genders: [Choice]
    let wantsTelehealth: Bool
    /// `nil` without a place to measure from.
    let radii: [Choice]?
    /// The search without filters; `nil` when none is set.
    let clearAddress: String?

    init(_ address: ResultsAddress, terminology: Terminology, place: Place?) {
        let filterCount = address.filters(terminology: terminology).count
        chosenCount = filterCount == 0 ? nil : filterCount
        clearAddress = filterCount == 0 ? nil : address.withoutFilters.text
        hidden = FilterForm.hidden(address, place: place)
        languages = terminology.languages.map {
            Choice(value: $0.code, label: $0.name, isChosen: address.languages.contains($0.code))
        }
        .sorted { $0.label < $1.label }
        schemes = FilterForm.choices("Any", terminology.schemes.map { ($0.code, $0.name) }, chosen: address.scheme)
        frees = FilterForm.choices(
            "Any time", [("today", "Today"), ("tomorrow", "By tomorrow"), ("3-days", "Within 3 days"), ("week", "Within a week"), ("weekday-mornings", "Weekday mornings"), ("weekday-afternoons", "Weekday afternoons"), ("weekends", "Weekends")],
            chosen: address.free?.rawValue)
        fees = FilterForm.numbers("Any price", [300, 500, 800, 1_000, 1_500], chosen: address.maximumFeeRand) {
            "Up to \(PlainWords.rand(cents: $0 * 100))"
        }
        ratings = FilterForm.choices(
            "Any rating", FilterForm.withChosen([3, 4, 4.5], address.minimumRating).map {
                (PlainWords.decimal($0), "\(PlainWords.decimal($0)) of 5 or more")
            }, chosen: address.minimumRating.map(PlainWords.decimal))
        genders = FilterForm.choices("Any doctor", [("female", "Woman"), ("male", "Man")], chosen: address.gender?.rawValue)
        wantsTelehealth = address.telehealth
        radii = place == nil ? nil : FilterForm.numbers(
            "Within \(Int(SearchRequest.defaultRadiusKilometres)) km", [5, 10, 50, 100], chosen: address.radiusKilometres) { "Within \($0) km" }
    }

    private static func hidden(_ address: ResultsAddress, place: Place?) -> [HiddenField] {
        var fixed = address.withoutFilters
        fixed.place = nil
        guard let place else { return HiddenField.all(of: fixed) }
        return HiddenField.all(of: fixed) + [
            HiddenField(name: "place", value: place.label), HiddenField(name: "at", value: place.slug),
        ]
    }

    /// - Parameter any: what choosing nothing is called.
    private static func choices(_ any: String, _ values: [(value: String, label: String)], chosen: String?) -> [Choice] {
        ([("", any)] + values).map { Choice(value: $0.value, label: $0.label, isChosen: $0.value == chosen ?? "") }
    }

    private static func numbers(
        _ any: String, _ usual: [Int], chosen: Int?, label: (Int) -> String
    ) -> [Choice] {
        choices(any, withChosen(usual, chosen).map { ("\($0)", label($0)) }, chosen: chosen.map { "\($0)" })
    }

    /// The usual values, and the chosen one when an address names another.
    private static func withChosen<Number: Comparable>(_ usual: [Number], _ chosen: Number?) -> [Number] {
        guard let chosen, !usual.contains(chosen) else { return usual }
        return (usual + [chosen]).sorted()
    }
}
