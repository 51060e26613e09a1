import Domain
import Web

extension SearchRequest {
    /// Reads and checks every parameter of a search; what is wrong is named in one 400.
    /// - Parameters:
    ///   - terminology: refuses specialties, languages and schemes that do not exist.
    ///   - placeExists: whether a slug names a place.
    public init(
        _ parameters: inout RequestParameters, terminology: Terminology, placeExists: (String) -> Bool
    ) throws(Problem) {
        self.init()
        text = parameters.string("q", maxBytes: 500)
        interpretsText = parameters.bool("interpret") ?? true
        specialties = parameters.known("specialty", "specialty") { terminology.specialty($0) != nil }
        schemes = parameters.known("scheme", "medical scheme") { terminology.schemeName($0) != nil }
        languages = parameters.known("language", "language") { terminology.languageName($0) != nil }
        gender = parameters.enumeration("gender", as: Gender.self)?.rawValue
        telehealth = parameters.bool("telehealth")
        near = parameters.coordinate("near").flatMap { Coordinate(latitude: $0.latitude, longitude: $0.longitude) }
        place = parameters.string("place", maxBytes: 100)
        if let place, !placeExists(place) {
            parameters.refuse("place", code: "unknown_place", detail: "No place has this slug; see /v1/places.")
        }
        radiusKilometres = parameters.double("radius_km", in: SearchRequest.radiusRangeKilometres)
        minimumRating = parameters.double("min_rating", in: 1...5)
        maximumFeeCents = parameters.int("max_fee", in: 0...10_000_000)
        readAvailability(&parameters)
        sort = parameters.enumeration("sort", as: Sort.self)
        limit = parameters.int("limit", in: 1...100) ?? 20
        cursor = parameters.string("cursor", maxBytes: 400)
        facets = SearchRequest.facets(&parameters)
        explains = parameters.bool("explain") ?? false
        countsExactly = parameters.enumeration("count", as: Count.self) != nil
        checkTogether(&parameters)
        try parameters.finish()
    }

    private enum Gender: String, CaseIterable { case female, male, other }
    private enum Count: String, CaseIterable { case exact }

    /// Each once, however often it was sent.
    private static func facets(_ parameters: inout RequestParameters) -> [Facet] {
        let names = parameters.strings("facets", maxCount: Facet.allCases.count, maxBytes: 20)
        if !names.allSatisfy({ Facet(rawValue: $0) != nil }) {
            let known = Facet.allCases.map(\.rawValue).joined(separator: ", ")
            parameters.refuse("facets", code: "not_allowed", detail: "Each must be one of: \(known).")
        }
        return Facet.allCases.filter { names.contains($0.rawValue) }
    }

    private mutating func readAvailability(_ parameters: inout RequestParameters) {
        let before = parameters.instant("available_before")
        let within = parameters.duration("available_within", in: .seconds(60)...SearchRequest.longestWait)
        if before != nil, within != nil {
            parameters.refuse("available_within", code: "conflict", detail: "Send this or available_before, not both.")
        }
        let names = parameters.strings("free", maxCount: FreeWhen.allCases.count, maxBytes: 20)
        if !names.allSatisfy({ FreeWhen(rawValue: $0) != nil }) {
            let known = FreeWhen.allCases.map(\.rawValue).joined(separator: ", ")
            parameters.refuse("free", code: "not_allowed", detail: "Each must be one of: \(known).")
        }
        freeWhen = FreeWhen.allCases.filter { names.contains($0.rawValue) }
        availability = before.map { .before($0) } ?? within.map { .withinSeconds(Int($0.components.seconds)) }
    }

    private static let longestWait = Duration.seconds(366 * 86_400)

    private func checkTogether(_ parameters: inout RequestParameters) {
        if near != nil, place != nil {
            parameters.refuse("place", code: "conflict", detail: "Send this or near, not both.")
        }
        // With words the place may still be found in them.
        guard near == nil, place == nil, text == nil || !interpretsText else { return }
        if radiusKilometres != nil {
            parameters.refuse("radius_km", code: "needs_place", detail: "A radius needs near or place.")
        }
        if sort == .distance {
            parameters.refuse("sort", code: "needs_place", detail: "Sorting by distance needs near or place.")
        }
    }
}

extension RequestParameters {
    /// A list of codes that must all exist.
    fileprivate mutating func known(_ name: String, _ kind: String, exists: (String) -> Bool) -> [String] {
        let codes = strings(name, maxCount: 20, maxBytes: 100)
        for code in codes where !exists(code) {
            refuse(name, code: "unknown", detail: "There is no \(kind) called \u{201C}\(code)\u{201D}.")
        }
        return codes
    }
}
