import Domain
import Foundation
import SearchIndex
import Web

/// Answers search requests from one view of the index, without SQL and without network.
public struct DoctorSearch: Sendable {
    private let interpreter: QueryInterpreter
    private let place: @Sendable (_ slug: String) -> Place?
    private let signer: CursorSigner

    /// - Parameter place: the place of a slug.
    public init(
        interpreter: QueryInterpreter, signer: CursorSigner, place: @escaping @Sendable (_ slug: String) -> Place?
    ) {
        self.interpreter = interpreter
        self.signer = signer
        self.place = place
    }

    /// The doctors a request finds.
    /// - Throws: a 400 that names the parameter: a cursor of another search, a sort or radius without a place.
    public func results(_ request: SearchRequest, in view: IndexView, now: Date) throws(Problem) -> SearchResults {
        let cursor: SearchCursor? =
            if let text = request.cursor { try SearchCursor(text, signer: signer, request: request) } else { nil }
        let plan = try plan(request, now: cursor?.now ?? now)
        let searcher = Searcher(view)
        let tiers = cursor.map { [$0.tier] } ?? MatchTier.tiers(
                for: plan.understanding.words, hasSpecialty: !plan.specialties.isEmpty)
        var tier = tiers[0]
        var query = plan.query(tier: tier, after: cursor?.position)
        var result = searcher.search(query)
        for looser in tiers.dropFirst() where result.hits.isEmpty {
            tier = looser
            query = plan.query(tier: tier, after: nil)
            result = searcher.search(query)
        }
        var nextCursor: String?
        if result.hasMore, let last = result.hits.last {
            nextCursor = SearchCursor(position: last.position, now: plan.now, tier: tier)
                .encoded(signer: signer, request: request)
        }
        return SearchResults(
            plan: plan, tier: tier, query: query, result: result, searcher: searcher, nextCursor: nextCursor)
    }

    private func plan(_ request: SearchRequest, now: Date) throws(Problem) -> SearchPlan {
        var understanding = Understanding()
        if let text = request.text {
            if request.interpretsText {
                understanding = interpreter.interpret(text)
            } else {
                understanding.words = interpreter.words(text)
            }
        }
        if request.near != nil || request.place != nil { understanding.place = nil }
        let found = (request.place ?? understanding.place).flatMap(place)
        let plan = SearchPlan(
            request: request, understanding: understanding, origin: request.near ?? found?.coordinate, now: now)
        guard plan.origin == nil else { return plan }
        if request.radiusKilometres != nil { throw needsPlace("radius_km") }
        if request.sort == .distance { throw needsPlace("sort") }
        return plan
    }

    private func needsPlace(_ field: String) -> Problem {
        .invalidRequest([
            FieldError(field, code: "needs_place", detail: "This needs near or place, and no place was found in the words.")
        ])
    }
}

/// One page of a search, with all that is needed to write or print it.
public struct SearchResults: Sendable {
    let plan: SearchPlan
    let tier: MatchTier
    let query: Query
    let result: SearchResult
    let searcher: Searcher
    /// Opaque; `nil` on the last page.
    public let nextCursor: String?

    public var hits: [Hit] { result.hits }
    /// Exact number of doctors that match; `nil` when the request does not ask for it.
    public var matchCount: Int? { result.matchCount }

    /// What a hit shows, for pages; JSON answers copy bytes instead.
    func card(_ hit: Hit) throws -> DoctorCard {
        try DoctorCard(stored: searcher.stored(hit), signals: searcher.signals(of: hit))
    }
}
