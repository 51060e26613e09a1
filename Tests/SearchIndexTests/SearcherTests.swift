import SearchIndex
import Testing

@Suite("Search equals brute force")
struct SearcherTests {
    private static let shards = 8
    private static let queriesPerShard = 1300

    @Test("indexed search, exhaustive search and an independent brute force give one answer", arguments: 0..<shards)
    func randomQueries(shard: Int) throws {
        var catalogue = RandomCatalogue(SeededGenerator("random queries", shard: shard))
        var decided = 0
        var asked = 0
        while decided < SearcherTests.queriesPerShard {
            let size = catalogue.random.pick([0, 1, 2, 5, 12, 12, 30, 30, 30, 80, 80, catalogue.random.int(80...400)])
            let documents = catalogue.documents(count: size)
            let searcher = Searcher(IndexView(snapshot(of: documents)))
            let oracle = Oracle(documents, fieldSets: RandomCatalogue.fieldSets)
            for _ in 0..<25 {
                var query = catalogue.query()
                query.after = cursor(for: query, searcher, &catalogue)
                asked += 1
                if try checkAgreement(searcher, oracle, query) { decided += 1 }
            }
        }
        #expect(decided * 100 >= asked * 97, "\(asked - decided) of \(asked) queries were left open by rounding")
    }

    /// None, the place of a hit, or a place nobody stands at.
    private func cursor(
        for query: Query, _ searcher: Searcher, _ catalogue: inout RandomCatalogue
    ) -> SortPosition? {
        guard catalogue.random.chance(0.3) else { return nil }
        let hits = searcher.search(query).hits
        if hits.isEmpty || catalogue.random.chance(0.2) {
            return SortPosition(key: catalogue.random.double(-10...10), id: Int64(catalogue.random.int(-5...5)))
        }
        return catalogue.random.pick(hits).position
    }
}
