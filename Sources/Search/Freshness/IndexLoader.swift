import Domain
import Foundation
import Logging
import SearchIndex
import TextAnalysis

/// Makes index states: from the whole database, or from a state and what changed since.
public struct IndexLoader: Sendable {
    let source: DoctorSource
    let analyser: TextAnalyser
    let placesNamed: @Sendable (_ folded: String) -> [Place]
    let logger: Logger

    /// Reads the whole database in one transaction and builds an index of it.
    /// - Parameter progress: called with doctors read and doctors in all, page by page.
    func load(progress: @escaping @Sendable (_ done: Int, _ total: Int) -> Void = { _, _ in }) async throws -> CurrentIndex.State {
        let started = ContinuousClock.now
        let total = try await source.doctorCount()
        let builder = PagedBuilder(analyser: analyser)
        let (cursor, terminology, prior) = try await source.readAll { listings, terminology, prior in
            let done = await builder.add(listings, terminology: terminology, prior: prior)
            progress(done, total)
        }
        let snapshot = await builder.build()
        logger.info(
            "search index loaded from the database",
            metadata: ["documents": "\(snapshot.rowCount)", "seconds": "\(ContinuousClock.now - started)"])
        return state(
            view: IndexView(snapshot), terminology: terminology, prior: prior, cursor: cursor, generation: IndexLoader.newGeneration())
    }

    /// The state after some doctors changed. Reads their current rows, however many changes there were.
    func applying(changedIDs: [Int64], cursor: ChangeCursor, to state: CurrentIndex.State) async throws -> CurrentIndex.State {
        let terminology = try await source.terminology()
        let documents = DoctorDocument(analyser: analyser, terminology: terminology, prior: state.prior)
        var view = state.view
        for start in stride(from: 0, to: changedIDs.count, by: IndexLoader.batchDoctors) {
            let ids = Array(changedIDs[start..<min(start + IndexLoader.batchDoctors, changedIDs.count)])
            let listings = Dictionary(grouping: try await source.listings(of: ids), by: \.doctorID)
            // A booking, a fee or a review changes signals alone, and indexes nothing.
            let rest = view.updatingSignals(ids.map { id in
                IndexChange(id: id, documents: (listings[id] ?? []).map(documents.document))
            })
            if !rest.isEmpty { view = view.applying(rest) }
        }
        return self.state(
            view: view, terminology: terminology, prior: state.prior, cursor: cursor, generation: state.generation,
            previous: state)
    }

    /// Puts the parts of a state together; the interpreter is kept while the terminology is the same.
    func state(
        view: IndexView, terminology: Terminology, prior: RatingPrior, cursor: ChangeCursor, generation: String,
        previous: CurrentIndex.State? = nil
    ) -> CurrentIndex.State {
        let interpreter =
            if let previous, previous.terminology == terminology { previous.interpreter } else {
                QueryInterpreter(terminology: terminology, analyser: analyser, placesNamed: placesNamed)
            }
        return CurrentIndex.State(
            view: view, terminology: terminology, interpreter: interpreter, prior: prior, cursor: cursor,
            generation: generation, freshAt: Date())
    }

    /// Sorts by time: milliseconds since 1970, and 16 random bits against two makers in one millisecond.
    static func newGeneration() -> String {
        let milliseconds = Int(Date().timeIntervalSince1970 * 1000)
        return "\(milliseconds)-\(UInt16.random(in: .min ... .max))"
    }

    private static let batchDoctors = 1_000
}

/// An index builder that pages are added to as they arrive.
private actor PagedBuilder {
    private var builder = IndexBuilder(schema: DoctorSchema.schema)
    private let analyser: TextAnalyser
    private var lastDoctorID: Int64?
    private var doctorCount = 0

    init(analyser: TextAnalyser) { self.analyser = analyser }

    /// Adds a page; returns the doctors added so far.
    func add(_ listings: [DoctorListing], terminology: Terminology, prior: RatingPrior) -> Int {
        let documents = DoctorDocument(analyser: analyser, terminology: terminology, prior: prior)
        for listing in listings {
            builder.add(documents.document(listing))
            if listing.doctorID != lastDoctorID { doctorCount += 1 }
            lastDoctorID = listing.doctorID
        }
        return doctorCount
    }

    func build() -> IndexSnapshot { builder.build() }
}
