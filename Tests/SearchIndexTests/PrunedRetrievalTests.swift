import SearchIndex
import Testing

@Suite("Pruned equals exhaustive on indexes of many leaves and windows")
struct PrunedRetrievalTests {
    @Test("with ties, deletions, changes and cursors", arguments: 0..<4)
    func large(shard: Int) throws {
        var catalogue = RandomCatalogue(SeededGenerator("many windows", shard: shard))
        let documents = catalogue.documents(count: [3_000, 4_097, 9_000, 12_500][shard])
        var view = IndexView(snapshot(of: documents))
        for round in 0..<3 {
            let searcher = Searcher(view)
            for number in 0..<240 {
                var query =
                    switch number {
                    case ..<40: catalogue.query()
                    case ..<90: catalogue.queryByWords()
                    default: catalogue.queryByNames(of: documents)
                    }
                try requireEqual(searcher.search(query), searcher.searchExhaustively(query), query)
                query.after = searcher.search(query).hits.randomElement(using: &catalogue.random)?.position
                query.limit = catalogue.random.int(1...30)
                try requireEqual(searcher.search(query), searcher.searchExhaustively(query), query)
            }
            if round < 2 { view = view.applying((0..<200).map { _ in catalogue.change(of: documents) }) }
        }
    }
}

extension RandomCatalogue {
    /// A new state of some record, or its removal.
    fileprivate mutating func change(of documents: [IndexedDocument]) -> IndexChange {
        let id = random.pick(documents).id
        return IndexChange(id: id, documents: (0..<random.pick([0, 1, 1, 2])).map { _ in document(id: id) })
    }
}
