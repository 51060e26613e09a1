import Domain
import SearchIndex
import Web

/// Doctors for another feature's answer, in both of search's own forms.
public struct DoctorsForOthers: Sendable {
    /// A JSON array of cards, as `GET /v1/doctors` has them in `data`.
    public let json: [UInt8]
    /// Models of the template `result-card`.
    public let cards: [any Sendable]
    /// A page with more of them; it has no radius and one scheme only.
    public let address: String
}

extension SearchFeature {
    /// The names behind codes, as the current index knows them.
    /// - Throws: 503 until there is an index.
    public func terminology() throws(Problem) -> Terminology { try currentState().terminology }

    /// Doctors by codes alone, without words. O(doctors the index cannot rule out).
    /// - Throws: 503 until there is an index.
    public func doctors(_ request: SearchRequest) throws -> DoctorsForOthers {
        let state = try currentState()
        let results = try search(request, in: state)
        let place = request.place.flatMap(dependencies.place)
        let address = ResultsAddress(codesOf: request)
        let cards = try results.hits.map { hit in
            ResultCard(
                try results.card(hit), hit: hit, of: results, address: address, terminology: state.terminology, place: place, isNamesake: false)
        }
        return DoctorsForOthers(json: results.cardsJSON().bytes, cards: cards, address: address.text)
    }
}

extension ResultsAddress {
    /// The page that shows what a request finds; a position has no place in an address.
    fileprivate init(codesOf request: SearchRequest) {
        self.init(
            specialties: request.specialties, place: request.place, languages: request.languages, scheme: request.schemes.first,
            gender: request.gender.flatMap(Gender.init), telehealth: request.telehealth ?? false,
            maximumFeeRand: request.maximumFeeCents.map { $0 / 100 }, sort: request.sort)
    }
}
