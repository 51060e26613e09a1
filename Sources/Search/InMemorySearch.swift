import Domain
import Foundation
import SearchIndex
import TextAnalysis
import Web

/// The search of this feature over listings in memory, for files and tests.
public struct InMemorySearch: Sendable {
    private let view: IndexView
    private let terminology: Terminology
    private let place: @Sendable (_ slug: String) -> Place?
    private let search: DoctorSearch

    /// Builds an index of the listings. Cursors are good for this value only.
    public init(listings: [DoctorListing], terminology: Terminology, dependencies: SearchFeature.Dependencies) {
        let analyser = TextAnalyser()
        let documents = DoctorDocument(analyser: analyser, terminology: terminology, prior: RatingPrior(listings: listings))
        var builder = IndexBuilder(schema: DoctorSchema.schema)
        for listing in listings { builder.add(documents.document(listing)) }
        view = IndexView(builder.build())
        self.terminology = terminology
        place = dependencies.place
        let key = (0..<32).map { _ in UInt8.random(in: .min ... .max) }
        search = DoctorSearch(
            interpreter: QueryInterpreter(
                terminology: terminology, analyser: analyser, placesNamed: dependencies.placesNamed),
            signer: WebSecrets(rootKey: key).cursorSigner, place: dependencies.place)
    }

    /// The answer's JSON, as `POST /v1/doctors/search` gives it.
    public func answer(_ parameters: inout RequestParameters) throws(Problem) -> [UInt8] {
        let request = try SearchRequest(&parameters, terminology: terminology, placeExists: { place($0) != nil })
        return try search.results(request, in: view, now: Date()).json().bytes
    }
}
