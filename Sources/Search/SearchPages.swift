import Domain
import Foundation
import HTTPTypes
import Hummingbird
import Web

/// `/` and `/doctors`, for people. A search is a form that answers with the address of its results.
struct SearchPages {
    let feature: SearchFeature

    static let templates = [
        PageTemplate("home", PackageResources.home_mustache),
        PageTemplate("search-form", PackageResources.search_form_mustache),
        PageTemplate("results", PackageResources.results_mustache),
        PageTemplate("filter-form", PackageResources.filter_form_mustache),
        PageTemplate("result-card", PackageResources.result_card_mustache),
    ]

    func add(to router: Router<AppRequestContext>) {
        router.get("/") { _, _ in home() }
        router.post("/doctors") { request, context in try await search(request, context) }
        router.get("/doctors") { request, _ in try results(request) }
    }

    private func home() -> Response {
        feature.pages.render(
            "home", title: "Find a doctor", headers: [.cacheControl: "public, max-age=60"],
            model: HomePage(terminology: feature.index.current?.terminology))
    }

    private func search(_ request: Request, _ context: AppRequestContext) async throws -> Response {
        let state = try currentState()
        var parameters = try await RequestParameters(form: request, context: context)
        let submission = try SearchSubmission(form: &parameters, terminology: state.terminology)
        let address = try submission.address(
            interpreter: state.interpreter, dependencies: feature.dependencies, sealing: feature.secrets.sealedText)
        if let address { return Response(status: .seeOther, headers: [.location: address.text]) }
        return feature.pages.render(
            "home", title: "Error: we do not know this place", status: .unprocessableContent,
            model: HomePage.unknownPlace(submission, terminology: state.terminology))
    }

    private func results(_ request: Request) throws -> Response {
        let state = try currentState()
        var parameters = try RequestParameters(query: request)
        let address = try ResultsAddress(
            query: &parameters, terminology: state.terminology, placeExists: { feature.dependencies.place($0) != nil })
        let words = try openedWords(of: address)
        var search = address.request(words: words, now: Date())
        search.countsExactly = true
        let results = try feature.search(search, in: state)
        let page = try page(results, address: address, words: words, in: state)
        return feature.pages.render(
            "results", title: page.heading,
            headers: [.cacheControl: words == nil ? "public, max-age=30" : "private, no-store"], model: page)
    }

    private func page(
        _ results: SearchResults, address: ResultsAddress, words: String?, in state: CurrentIndex.State
    ) throws -> ResultsPage {
        let place = address.place.flatMap(feature.dependencies.place)
        let empty = !results.hits.isEmpty ? nil : try EmptyResults(
            address, constraints: address.constraints(terminology: state.terminology, place: place, words: words)
        ) { relaxed in
            var request = relaxed.request(words: relaxed.sealedWords == nil ? nil : words, now: Date())
            request.limit = 1
            request.countsExactly = true
            return try feature.search(request, in: state).matchCount ?? 0
        }
        return try ResultsPage(
            results, address: address, words: words, terminology: state.terminology, place: place,
            namesakes: place.map(namesakes) ?? [], empty: empty)
    }

    private func namesakes(of place: Place) -> [Place] {
        feature.dependencies.suggestPlaces(place.name, 6).filter { $0.name == place.name && $0.slug != place.slug }
    }

    private func openedWords(of address: ResultsAddress) throws(Problem) -> String? {
        guard let sealed = address.sealedWords else { return nil }
        if let words = feature.secrets.sealedText.open(sealed) { return words }
        throw .invalidRequest([
            FieldError("w", code: "not_valid", detail: "We can no longer read the words of this search. Search again.")
        ])
    }

    private func currentState() throws(Problem) -> CurrentIndex.State {
        if let state = feature.index.current { return state }
        throw Problem(
            .serviceUnavailable, code: "server.unavailable", title: "The list of doctors is not ready yet",
            detail: "We have just started. This takes a few seconds.", headers: [.retryAfter: "5"])
    }
}
