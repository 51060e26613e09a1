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
    /// Where a load puts the pieces it is done with.
    let files: SnapshotFiles
    let logger: Logger
    /// Documents a load holds beside the finished pieces: about 300 MB.
    var pieceDocuments = 100_000

    /// Reads the whole database in one transaction and builds an index of it, in the background.
    /// Holds the finished index and one piece of it in memory, however many doctors there are.
    /// - Parameters:
    ///   - begin: told the cursor of what is going to be read.
    ///   - progress: called with doctors read and doctors in all, page by page.
    func load(
        begin: @Sendable (_ cursor: ChangeCursor) async -> Void = { _ in },
        progress: @escaping @Sendable (_ done: Int, _ total: Int) -> Void = { _, _ in }
    ) async throws -> CurrentIndex.State {
        try await withTaskExecutorPreference(BackgroundExecutor.shared) {
            let started = ContinuousClock.now
            let total = try await source.doctorCount()
            let builder = PagedBuilder(self)
            let (cursor, terminology, prior) = try await source.readAll(begin: begin) { ids, listings, terminology, prior in
                progress(await builder.add(ids, listings, terminology: terminology, prior: prior), total)
            }
            let (snapshot, parked) = await builder.build()
            logger.info(
                "search index loaded from the database",
                metadata: [
                    "documents": "\(snapshot.rowCount)", "parked": "\(parked.entries.count)",
                    "seconds": "\(ContinuousClock.now - started)",
                ])
            return state(
                view: IndexView(snapshot), terminology: terminology, prior: prior, cursor: cursor, parked: parked,
                generation: IndexLoader.newGeneration())
        }
    }

    /// The state after some doctors changed. Reads their current rows, however many changes there were.
    func applying(changedIDs: [Int64], cursor: ChangeCursor, to state: CurrentIndex.State) async throws -> CurrentIndex.State {
        let terminology = try await source.terminology()
        var next = state
        for start in stride(from: 0, to: changedIDs.count, by: IndexLoader.batchDoctors) {
            let ids = Array(changedIDs[start..<min(start + IndexLoader.batchDoctors, changedIDs.count)])
            next = applying(try await source.listings(of: ids), of: ids, terminology: terminology, cursor: cursor, to: next)
        }
        return next
    }

    /// The state with the rows of some doctors as they were read.
    func applying(
        _ listings: DoctorSource.Listings, of ids: [Int64], terminology: Terminology, cursor: ChangeCursor,
        to state: CurrentIndex.State
    ) -> CurrentIndex.State {
        let (view, parked) = updated(
            state, changes(listings, of: ids, terminology: terminology, prior: state.prior), failures: listings.failures)
        return self.state(
            view: view, terminology: terminology, prior: state.prior, cursor: cursor, parked: parked,
            generation: state.generation, previous: state)
    }

    /// What the rows of some doctors come to; those that cannot be read are left out.
    func changes(
        _ listings: DoctorSource.Listings, of ids: [Int64], terminology: Terminology, prior: RatingPrior
    ) -> [IndexChange] {
        let documents = DoctorDocument(analyser: analyser, terminology: terminology, prior: prior)
        return ids.filter { listings.failures[$0] == nil }.map { id in
            IndexChange(id: id, documents: (listings.byDoctor[id] ?? []).map(documents.document))
        }
    }

    private func updated(
        _ state: CurrentIndex.State, _ changes: [IndexChange], failures: [Int64: String]
    ) -> (IndexView, ParkedDoctors) {
        var parked = state.parked
        parked.release(changes.map(\.id))
        for (id, reason) in failures {
            parked.park(id, reason: reason, now: Date())
            logger.warning("a doctor cannot be indexed", metadata: ["doctor": "\(id)", "reason": "\(reason)"])
        }
        // A booking, a fee or a review changes signals alone, and indexes nothing.
        let rest = state.view.updatingSignals(changes)
        return (rest.isEmpty ? state.view : state.view.applying(rest), parked)
    }

    /// Puts the parts of a state together; the interpreter is kept while the terminology is the same.
    func state(
        view: IndexView, terminology: Terminology, prior: RatingPrior, cursor: ChangeCursor, parked: ParkedDoctors,
        generation: String, previous: CurrentIndex.State? = nil
    ) -> CurrentIndex.State {
        let interpreter =
            if let previous, previous.terminology == terminology { previous.interpreter } else {
                QueryInterpreter(terminology: terminology, analyser: analyser, placesNamed: placesNamed)
            }
        return CurrentIndex.State(
            view: view, terminology: terminology, interpreter: interpreter, prior: prior, cursor: cursor, parked: parked,
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
    private var builderDocuments = 0
    private var pieces: [IndexSnapshot] = []
    private var parked = ParkedDoctors()
    private let analyser: TextAnalyser
    private let files: SnapshotFiles
    private let pieceDocuments: Int
    private let logger: Logger
    private var doctorCount = 0

    init(_ loader: IndexLoader) {
        analyser = loader.analyser
        files = loader.files
        pieceDocuments = loader.pieceDocuments
        logger = loader.logger
    }

    /// Adds a page; returns the doctors read so far.
    func add(_ ids: [Int64], _ listings: DoctorSource.Listings, terminology: Terminology, prior: RatingPrior) -> Int {
        let documents = DoctorDocument(analyser: analyser, terminology: terminology, prior: prior)
        for id in ids {
            if let reason = listings.failures[id] { parked.park(id, reason: reason, now: Date()) }
            for listing in listings.byDoctor[id] ?? [] {
                builder.add(documents.document(listing))
                builderDocuments += 1
            }
        }
        doctorCount += ids.count
        if builderDocuments >= pieceDocuments { finishPiece() }
        return doctorCount
    }

    private func finishPiece() {
        let piece = builder.build()
        builder = IndexBuilder(schema: DoctorSchema.schema)
        builderDocuments = 0
        do {
            pieces.append(try files.spilled(piece))
        } catch {
            logger.warning("a piece of the index stays in memory: no file could be written", metadata: ["error": "\(error)"])
            pieces.append(piece)
        }
    }

    func build() -> (IndexSnapshot, ParkedDoctors) {
        defer { pieces = [] }
        return (IndexSnapshot.joining(pieces + [builder.build()]), parked)
    }
}
