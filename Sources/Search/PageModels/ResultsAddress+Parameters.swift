import Domain
import Web

extension ResultsAddress {
    /// Reads an address; what is wrong is named in one 400.
    init(
        query parameters: inout RequestParameters, terminology: Terminology, placeExists: (String) -> Bool
    ) throws(Problem) {
        self.init(codes: &parameters, terminology: terminology)
        place = parameters.string("place", maxBytes: 100)
        cursor = parameters.string("cursor", maxBytes: 400)
        if let place, !placeExists(place) {
            parameters.refuse("place", code: "unknown_place", detail: "We do not know this place.")
        }
        if place == nil, radiusKilometres != nil {
            parameters.refuse("radius", code: "needs_place", detail: "A distance needs a place.")
        }
        if place == nil, sort == .distance {
            parameters.refuse("sort", code: "needs_place", detail: "Nearest first needs a place.")
        }
        try parameters.finish()
    }

    /// Reads what an address and a form call by the same names: all but the place and the cursor.
    init(codes parameters: inout RequestParameters, terminology: Terminology) {
        specialties = parameters.strings("specialty", maxCount: 10, maxBytes: 100)
        languages = parameters.strings("speaks", maxCount: 20, maxBytes: 20)
        scheme = parameters.string("scheme", maxBytes: 100)
        gender = parameters.enumeration("gender")
        telehealth = parameters.enumeration("telehealth", as: Chosen.self) != nil
        maximumFeeRand = parameters.int("max_fee", in: 1...100_000)
        minimumRating = parameters.double("min_rating", in: 1...5)
        free = parameters.enumeration("free")
        radiusKilometres = parameters.int("radius", in: 1...2_000)
        sort = parameters.enumeration("sort")
        sealedWords = parameters.string("w", maxBytes: 1_000)
        for slug in specialties where terminology.specialty(slug) == nil {
            parameters.refuse("specialty", code: "unknown", detail: "We do not know this kind of doctor.")
        }
        for code in languages where terminology.languageName(code) == nil {
            parameters.refuse("speaks", code: "unknown", detail: "We do not know this language.")
        }
        if let scheme, terminology.schemeName(scheme) == nil {
            parameters.refuse("scheme", code: "unknown", detail: "We do not know this medical aid.")
        }
    }

    private enum Chosen: String, CaseIterable { case chosen = "true" }
}
