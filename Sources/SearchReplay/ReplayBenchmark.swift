import SearchIndex

/// Builds an index of a catalogue in memory, runs a query log over it on the calling thread, and measures.
///
/// What is timed for a query is all of it: analysing its text, retrieval of the hits and of the facets it asks for, and
/// releasing the answer. Exact counts of matches, which few callers want, are taken in the warm-up.
public struct ReplayBenchmark {
    private let doctors: String
    private let queries: String
    private let rounds: Int
    private let queryClass: String?
    private let checksExhaustively: Bool
    private let snapshot: String?
    private let version: String
    private let allocationCount: (() -> UInt64)?
    private let progress: ReplayProgress

    /// - Parameters:
    ///   - doctors: path of the catalogue, JSON Lines.
    ///   - queries: path of the query log, JSON Lines.
    ///   - rounds: measured rounds after the warm-up, at least 1.
    ///   - queryClass: runs only the queries of this class.
    ///   - checksExhaustively: compares every answer with that of the exhaustive path.
    ///   - snapshot: path of a file to write the index to.
    ///   - version: of the program, for the report.
    ///   - allocationCount: allocations of the calling thread so far; without it the report leaves the figure out.
    public init(
        doctors: String, queries: String, rounds: Int = 3, queryClass: String? = nil, checksExhaustively: Bool = false,
        snapshot: String? = nil, version: String, allocationCount: (() -> UInt64)? = nil, progress: ReplayProgress = .terminal()
    ) {
        precondition(rounds >= 1, "a benchmark needs a round to measure")
        self.doctors = doctors
        self.queries = queries
        self.rounds = rounds
        self.queryClass = queryClass
        self.checksExhaustively = checksExhaustively
        self.snapshot = snapshot
        self.version = version
        self.allocationCount = allocationCount
        self.progress = progress
    }

    /// Runs it all. Throws `ReplayError` for input that cannot be read and for a check that fails.
    public func run() throws -> ReplayReport {
        defer { progress.show("") }
        let log = try LoggedQuery.read(file: queries, queryClass: queryClass)
        let schema = ReplaySchema()
        let (index, ids, facts) = try build(schema)
        let searcher = Searcher(IndexView(index))
        if let snapshot { try ReplayOpening.write(index, to: snapshot) }

        let answers = try warmUp(log, schema, searcher, ids)
        let readings = (1...rounds).map { round in
            progress.show("round \(round) of \(rounds)")
            return log.map { logged in
                ReplayReading.measure(allocationCount ?? { 0 }) { ReplayBenchmark.answer(logged, schema, searcher) }
            }
        }
        return ReplayReport(
            build: facts, rounds: rounds, checked: checksExhaustively,
            classes: ClassFigures.of(log, readings: readings, countsAllocations: allocationCount != nil), answers: answers)
    }

    /// The catalogue is gone when this returns, so that resident memory is that of the index.
    private func build(_ schema: ReplaySchema) throws -> (IndexSnapshot, CatalogueIDs, BuildFigures) {
        let (ids, documents, parseSeconds, buildSeconds, index) = try {
            let (parseSeconds, catalogue) = try ReplayReading.seconds { try Catalogue(file: doctors, progress: progress) }
            let (buildSeconds, index) = ReplayReading.seconds { schema.index(catalogue, progress: progress) }
            return (catalogue.ids, catalogue.doctors.count, parseSeconds, buildSeconds, index)
        }()
        let bytes = index.byteCount
        let figures = BuildFigures(
            version: version, processor: Machine.processorModel(), documents: documents, terms: index.termCount,
            parseSeconds: parseSeconds, buildSeconds: buildSeconds, indexBytes: bytes.index, storedBytes: bytes.stored,
            residentBytes: Machine.residentBytes())
        return (index, ids, figures)
    }

    /// Answers every query once, keeps the answers, and compares them if that is asked for.
    private func warmUp(
        _ log: [LoggedQuery], _ schema: ReplaySchema, _ searcher: Searcher, _ ids: CatalogueIDs
    ) throws -> [ReplayAnswer] {
        try log.enumerated().map { place, logged in
            let query = schema.query(logged, countsMatches: true)
            let result = searcher.search(query)
            if checksExhaustively {
                progress.show("checking query \(place + 1) of \(log.count)")
                // Without counts, as it is timed, other paths answer.
                for query in [query, schema.query(logged, countsMatches: false)] {
                    let answers = (searcher.search(query), searcher.searchExhaustively(query))
                    let difference = AnswerDifference.first(answers.0, answers.1, ids: ids)
                    if let difference { throw ReplayError.answersDiffer(queryID: logged.id, difference: difference) }
                }
            }
            return ReplayAnswer(logged, result, ids: ids)
        }
    }

    @inline(never)
    private static func answer(_ logged: LoggedQuery, _ schema: ReplaySchema, _ searcher: Searcher) {
        _ = searcher.search(schema.query(logged, countsMatches: false))
    }
}
