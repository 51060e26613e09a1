import SearchIndex
import Testing

@Suite("Explanations")
struct ExplanationTests {
    @Test("contributions add up to the key and words to the text score", arguments: 0..<4)
    func addsUp(shard: Int) throws {
        var catalogue = RandomCatalogue(SeededGenerator("explanations", shard: shard))
        var blends = 0
        for _ in 0..<20 {
            let documents = catalogue.documents(count: 60)
            let changes = documents.prefix(5).map { IndexChange(id: $0.id, documents: [catalogue.document(id: $0.id)]) }
            let searcher = Searcher(IndexView(snapshot(of: documents)).applying(changes))
            for _ in 0..<10 {
                let query = catalogue.query()
                for hit in searcher.search(query).hits {
                    let explanation = searcher.explain(hit, of: query)
                    try #require(explanation.key == hit.position.key)
                    try #require(explanation.textScore == explanation.words.reduce(0) { $0 + $1.score })
                    try #require(explanation.words.map(\.word) == query.text?.words.map(\.term) ?? [])
                    switch query.order {
                    case .blend(let blend):
                        blends += 1
                        try #require(explanation.parts.map(\.name) == blend.parts.map(\.name))
                        try #require(explanation.parts.allSatisfy { (0...1).contains($0.value) })
                        try #require(explanation.parts.reduce(0) { $0 + $1.contribution } == explanation.key)
                    case .text: try #require(explanation.textScore == explanation.key)
                    default: try #require(explanation.parts.isEmpty)
                    }
                }
            }
        }
        #expect(blends > 100)
    }
}
