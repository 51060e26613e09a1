import SearchIndex
import Testing

/// Two and three words that stand in many rows, which are looked at a window at a time: with texts longer than any table has
/// places for, words told many times, twice in a query or in another field only.
@Suite("Frequent words equal exhaustive")
struct FrequentWordsTests {
    private static let schema = IndexSchema(
        fields: ["body", "place"], fieldSets: [FieldSet(name: "body", fields: [0]), FieldSet(name: "all", fields: [0, 1])],
        tagDimensions: ["kind"], scorings: [.bm25(fieldSet: 0), .bm25(fieldSet: 1)])
    private static let words = ["pain", "chest", "child", "skin", "heart", "eye"]
    private static let fillers = (0..<40).map { "word\($0)" }
    private static let tags = ["a", "b"].map { Tag(dimension: 0, value: $0) }

    @Test("with areas, tags, limits, cursors, counts, deletions and changes", arguments: 0..<3)
    func all(shard: Int) throws {
        var catalogue = RandomCatalogue(SeededGenerator("frequent words", shard: shard))
        var ids: [Int64] = []
        let documents = (0..<[5_000, 8_191, 12_289][shard]).map { number in
            ids.append(catalogue.random.chance(0.1) && number > 0 ? catalogue.random.pick(ids) : Int64(number))
            return FrequentWordsTests.document(id: ids[number], &catalogue)
        }
        var view = IndexView(snapshot(of: documents, schema: FrequentWordsTests.schema))
        for round in 0..<2 {
            let searcher = Searcher(view)
            for _ in 0..<120 {
                var query = FrequentWordsTests.query(&catalogue)
                try requireEqual(searcher.search(query), searcher.searchExhaustively(query), query)
                query.after = searcher.search(query).hits.randomElement(using: &catalogue.random)?.position
                try requireEqual(searcher.search(query), searcher.searchExhaustively(query), query)
            }
            if round == 0 {
                view = view.applying((0..<150).map { _ in
                    let id = catalogue.random.pick(ids)
                    let count = catalogue.random.pick([0, 1, 1, 2])
                    return IndexChange(id: id, documents: (0..<count).map { _ in FrequentWordsTests.document(id: id, &catalogue) })
                })
            }
        }
    }

    private static func document(id: Int64, _ catalogue: inout RandomCatalogue) -> IndexedDocument {
        var random = catalogue.random
        let length = random.chance(0.03) ? random.int(240...300) : random.int(0...40)
        var body = (0..<length).map { _ in random.pick(fillers) }
        for (number, word) in words.enumerated() where random.chance(0.75 - 0.08 * Double(number)) {
            let count = random.chance(0.02) ? random.int(5...20) : random.pick([1, 1, 1, 1, 1, 1, 1, 2, 2, 3])
            body += Array(repeating: word, count: count)
        }
        let place = random.chance(0.3) ? [random.pick(words)] : []
        let signals = Signals(rating: random.chance(0.5) ? 4 : nil, reviewCount: 0, quality: 0, feeCents: nil, nextAvailableMinute: nil, flags: 0)
        catalogue.random = random
        return IndexedDocument(
            id: id, fields: [TermList(body), TermList(place)], tags: tags.filter { _ in catalogue.random.chance(0.6) },
            location: catalogue.random.chance(0.9) ? catalogue.point() : nil, signals: signals, stored: [])
    }

    private static func query(_ catalogue: inout RandomCatalogue) -> Query {
        let words = (0..<catalogue.random.pick([2, 2, 3])).map { _ in QueryWord(catalogue.random.pick(FrequentWordsTests.words)) }
        let filter = Filter(
            tags: catalogue.random.chance(0.3) ? [[catalogue.random.pick(tags)]] : [],
            area: catalogue.random.chance(0.5) ? catalogue.area() : nil,
            minimumRating: catalogue.random.chance(0.1) ? 3 : nil)
        return Query(
            text: TextQuery(words: words, match: .all, scoring: catalogue.random.pick(schema.scorings)), filter: filter, order: .text,
            limit: catalogue.random.pick([0, 1, 5, 10, 30, 300, .max]), countsMatches: catalogue.random.chance(0.3))
    }
}
