import Domain
import Foundation

/// The address of a results page. It holds codes, and words only sealed, so that nothing personal stands in it.
struct ResultsAddress: Sendable, Equatable {
    enum Gender: String, CaseIterable { case female, male }
    /// Until when a doctor must have a free time.
    enum Free: String, CaseIterable {
        case today, tomorrow
        case threeDays = "3-days"
        case week
        case weekdayMornings = "weekday-mornings"
        case weekdayAfternoons = "weekday-afternoons"
        case weekends
    }
    /// Slugs, any of.
    var specialties: [String] = []
    /// Slug.
    var place: String?
    /// Codes, any of.
    var languages: [String] = []
    /// Slug.
    var scheme: String?
    var gender: Gender?
    var telehealth = false
    var maximumFeeRand: Int?
    var minimumRating: Double?
    var free: Free?
    var radiusKilometres: Int?
    var sort: SearchRequest.Sort?
    /// The words that are no code, sealed.
    var sealedWords: String?
    /// Where the page before ended.
    var cursor: String?

    static let path = "/doctors"

    /// What stands behind the `?`, and what a form sends along, in a fixed order.
    var fields: [(name: String, value: String)] {
        var fields = specialties.map { ("specialty", $0) } + languages.map { ("speaks", $0) }
        func add(_ name: String, _ value: String?) {
            if let value { fields.append((name, value)) }
        }
        add("place", place)
        add("scheme", scheme)
        add("gender", gender?.rawValue)
        add("telehealth", telehealth ? "true" : nil)
        add("max_fee", maximumFeeRand.map { "\($0)" })
        add("min_rating", minimumRating.map(PlainWords.decimal))
        add("free", free?.rawValue)
        add("radius", radiusKilometres.map { "\($0)" })
        add("sort", sort?.rawValue)
        add("w", sealedWords)
        add("cursor", cursor)
        return fields
    }

    /// Path and query.
    var text: String {
        let query = fields.map { "\($0.name)=\(ResultsAddress.escaped($0.value))" }.joined(separator: "&")
        return query.isEmpty ? ResultsAddress.path : "\(ResultsAddress.path)?\(query)"
    }

    /// The same address with something else in it, at its first page.
    func with(_ change: (inout ResultsAddress) -> Void) -> ResultsAddress {
        var address = self
        address.cursor = nil
        change(&address)
        address.dropWhatNeedsPlace()
        return address
    }

    mutating func dropWhatNeedsPlace() {
        guard place == nil else { return }
        radiusKilometres = nil
        if sort == .distance { sort = nil }
    }

    /// What is asked of the search.
    /// - Parameter words: the opened `sealedWords`.
    func request(words: String?, now: Date) -> SearchRequest {
        var request = SearchRequest()
        request.text = words
        request.interpretsText = false
        request.specialties = specialties
        request.languages = languages
        request.schemes = [scheme].compactMap(\.self)
        request.gender = gender?.rawValue
        request.telehealth = telehealth ? true : nil
        request.place = place
        request.radiusKilometres = radiusKilometres.map(Double.init)
        request.minimumRating = minimumRating
        request.maximumFeeCents = maximumFeeRand.map { $0 * 100 }
        request.availability = free.flatMap { $0.availability(now: now) }
        request.freeWhen = [free?.halfDays].compactMap(\.self)
        request.sort = sort
        request.cursor = cursor
        return request
    }

    private static func escaped(_ value: String) -> String {
        value.addingPercentEncoding(withAllowedCharacters: unreserved) ?? ""
    }

    /// RFC 3986 §2.3.
    private static let unreserved = CharacterSet(
        charactersIn: "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~")
}

extension ResultsAddress.Free {
    fileprivate var halfDays: FreeWhen? {
        switch self {
        case .weekdayMornings: .weekdayMornings
        case .weekdayAfternoons: .weekdayAfternoons
        case .weekends: .weekends
        case .today, .tomorrow, .threeDays, .week: nil
        }
    }

    fileprivate func availability(now: Date) -> SearchRequest.Availability? {
        switch self {
        case .today: .before(LocalTime.startOfDay(now, addingDays: 1))
        case .tomorrow: .before(LocalTime.startOfDay(now, addingDays: 2))
        case .threeDays: .withinSeconds(3 * 86_400)
        case .week: .withinSeconds(7 * 86_400)
        case .weekdayMornings, .weekdayAfternoons, .weekends: nil
        }
    }
}
