import Domain

/// One thing a search asks for, in words, and the address of the same search without it.
struct Constraint {
    let label: String
    let without: ResultsAddress
}

extension ResultsAddress {
    /// Everything this address asks for: what was said first, then filters.
    /// - Parameters:
    ///   - place: the place of the slug.
    ///   - words: the opened `sealedWords`.
    func constraints(terminology: Terminology, place: Place?, words: String?) -> [Constraint] {
        var constraints = specialties.map { slug in
            constraint(terminology.specialty(slug)?.practitioner ?? slug) { $0.specialties.removeAll { $0 == slug } }
        }
        if let words { constraints.append(constraint("“\(words)”") { $0.sealedWords = nil }) }
        if let place { constraints.append(constraint("near \(place.shortLabel)") { $0.place = nil }) }
        return constraints + filters(terminology: terminology)
    }

    /// What the filter form asks for.
    func filters(terminology: Terminology) -> [Constraint] {
        var filters = languages.map { code in
            constraint("speaks \(terminology.languageName(code) ?? code)") { $0.languages.removeAll { $0 == code } }
        }
        func add(_ label: String?, _ change: (inout ResultsAddress) -> Void) {
            if let label { filters.append(constraint(label, change)) }
        }
        add(scheme.flatMap(terminology.schemeName).map { "takes \($0)" }) { $0.scheme = nil }
        add(free?.label) { $0.free = nil }
        add(maximumFeeRand.map { "up to \(PlainWords.rand(cents: $0 * 100))" }) { $0.maximumFeeRand = nil }
        add(minimumRating.map { "rated \(PlainWords.decimal($0)) or more" }) { $0.minimumRating = nil }
        add(gender?.label) { $0.gender = nil }
        add(telehealth ? "video visits" : nil) { $0.telehealth = false }
        add(radiusKilometres.map { "within \($0) km" }) { $0.radiusKilometres = nil }
        return filters
    }

    /// This search without any filter.
    var withoutFilters: ResultsAddress {
        var address = ResultsAddress()
        address.specialties = specialties
        address.place = place
        address.sealedWords = sealedWords
        address.sort = sort
        return address
    }

    private func constraint(_ label: String, _ change: (inout ResultsAddress) -> Void) -> Constraint {
        Constraint(label: label, without: with(change))
    }
}

extension ResultsAddress.Free {
    var label: String {
        switch self {
        case .today: "free today"
        case .tomorrow: "free by tomorrow"
        case .threeDays: "free within 3 days"
        case .week: "free within a week"
        case .weekdayMornings: "free on weekday mornings"
        case .weekdayAfternoons: "free on weekday afternoons"
        case .weekends: "free at weekends"
        }
    }
}

extension ResultsAddress.Gender {
    var label: String {
        switch self {
        case .female: "woman doctor"
        case .male: "man doctor"
        }
    }
}
