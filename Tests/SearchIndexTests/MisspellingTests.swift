import SearchIndex
import Testing

@Suite("Misspellings")
struct MisspellingTests {
    private static let schema = IndexSchema(
        fields: ["name"], fieldSets: [FieldSet(name: "all", fields: [0])], tagDimensions: [])

    /// Few letters, so that every kind of edit meets every other at either half of a word.
    @Test("are the terms that the textbook table has within as many edits", arguments: [1, 2], [false, true])
    func textbookTable(edits: Int, transposes: Bool) {
        var random = SeededGenerator("misspellings", shard: edits * 2 + (transposes ? 1 : 0))
        func word() -> String {
            String((0..<random.pick([1, 3, 5, 6, 7, 8, 9, 10])).map { _ in random.pick(["a", "b", "é"] as [Character]) })
        }
        let terms = Array(Set((0..<1_500).map { _ in word() })).sorted()
        let searcher = Searcher(
            IndexView(
                snapshot(
                    of: terms.enumerated().map { IndexedDocument(id: Int64($0), fields: [TermList([$1])]) },
                    schema: MisspellingTests.schema)))
        for _ in 0..<60 {
            let wanted = word()
            let query = Query(
                text: TextQuery(
                    words: [QueryWord(wanted, expansion: .edits(.init(count: edits, transposes: transposes)))],
                    scoring: .bm25(fieldSet: 0)),
                order: .id, limit: terms.count)
            let found = searcher.search(query).hits.map { terms[Int($0.id)] }
            #expect(found == terms.filter { OracleText.distance(Array($0.utf8), wanted, transposes: transposes) <= edits })
        }
    }
}
