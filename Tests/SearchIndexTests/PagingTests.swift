import SearchIndex
import Testing

@Suite("Paging")
struct PagingTests {
    @Test("walking with cursors and any page sizes gives the full list once", arguments: 0..<4)
    func walk(shard: Int) throws {
        var catalogue = RandomCatalogue(SeededGenerator("paging", shard: shard))
        for _ in 0..<25 {
            let documents = catalogue.documents(count: catalogue.random.int(0...120))
            var view = IndexView(snapshot(of: documents))
            if catalogue.random.chance(0.5) { view = view.applying((1...5).map { catalogue.replacement(id: $0) }) }
            let searcher = Searcher(view)
            for _ in 0..<6 { try walk(catalogue.query(), searcher, &catalogue) }
        }
    }

    @Test("ties page by id without gaps")
    func ties() throws {
        var catalogue = RandomCatalogue(SeededGenerator("ties"))
        let twin = catalogue.document(id: 0)
        let documents = (0..<100).map { id in
            var document = twin
            document.id = Int64(id)
            return document
        }
        let searcher = Searcher(IndexView(snapshot(of: documents.shuffled(using: &catalogue.random))))
        for _ in 0..<40 {
            let query = Query(order: catalogue.order())
            try #require(try walk(query, searcher, &catalogue).map(\.id) == Array(0..<100))
        }
    }

    @discardableResult
    private func walk(_ query: Query, _ searcher: Searcher, _ catalogue: inout RandomCatalogue) throws -> [Hit] {
        var query = query
        query.countsMatches = true
        query.limit = 10_000
        let whole = searcher.search(query)
        try #require(!whole.hasMore && whole.hits.count == whole.matchCount)
        var pages: [Hit] = []
        var hasMore = true
        while hasMore {
            query.limit = catalogue.random.int(1...30)
            let page = searcher.search(query)
            try #require(page.matchCount == whole.matchCount && page.hits.count <= query.limit)
            try #require(!page.hasMore || page.hits.count == query.limit)
            pages += page.hits
            (hasMore, query.after) = (page.hasMore, page.hits.last?.position)
        }
        try #require(pages.map(\.position) == whole.hits.map(\.position), "\(query)")
        return pages
    }
}

extension RandomCatalogue {
    fileprivate mutating func replacement(id: Int64) -> IndexChange { IndexChange(id: id, documents: [document(id: id)]) }
}
