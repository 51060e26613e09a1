import Foundation
import SearchIndex
import Testing

@Suite("Text scores")
struct BM25FTests {
    private static let schema = IndexSchema(
        fields: ["title", "body"],
        fieldSets: [FieldSet(name: "both", fields: [0, 1]), FieldSet(name: "title", fields: [0])], tagDimensions: [])

    /// Three documents; lengths 2 + 2, 1 + 5, 1 + 1: mean 4 together, 4/3 and 8/3 apart.
    private static let searcher = Searcher(
        IndexView(
            snapshot(
                of: [
                    ("heart clinic", "heart heart"), ("skin", "the heart and the skin"), ("eye", "care"),
                ].enumerated().map { id, texts in
                    IndexedDocument(
                        id: Int64(id),
                        fields: [TermList(texts.0.split(separator: " ")), TermList(texts.1.split(separator: " "))])
                }, schema: schema)))

    private func scores(_ words: [QueryWord], _ match: TextQuery.Match = .all, _ scoring: TextScoring) -> [Int64: Double] {
        let query = Query(text: TextQuery(words: words, match: match, scoring: scoring), order: .text)
        return Dictionary(
            uniqueKeysWithValues: BM25FTests.searcher.search(query).hits.map { ($0.id, $0.position.key) })
    }

    private func isClose(_ a: Double?, _ b: Double) -> Bool { a.map { abs($0 - b) < 1e-12 } ?? false }

    @Test("BM25 over joined fields, worked by hand")
    func joint() {
        // heart: N 3, df 2 → idf ln(1 + 1.5/2.5) = ln 1.6. Document 0: tf 3, length 4 → norm 1. Document 1: tf 1,
        // length 6 → norm 0.25 + 0.75 · 1.5 = 1.375.
        let found = scores([QueryWord("heart")], .all, .bm25(fieldSet: 0))
        #expect(found.count == 2)
        #expect(isClose(found[0], log(1.6) * 3 / (3 + 1.2)))
        #expect(isClose(found[1], log(1.6) / (1 + 1.2 * 1.375)))
    }

    @Test("words add up; any needs one of them, all needs each")
    func severalWords() {
        // skin: df 1 → idf ln(1 + 2.5/1.5); document 1 holds it twice.
        let words = [QueryWord("heart"), QueryWord("skin")]
        let heart = log(1.6) / (1 + 1.2 * 1.375)
        let skin = log(1 + 2.5 / 1.5) * 2 / (2 + 1.2 * 1.375)
        #expect(scores(words, .any, .bm25(fieldSet: 0)).keys.sorted() == [0, 1])
        let all = scores(words, .all, .bm25(fieldSet: 0))
        #expect(all.keys.sorted() == [1])
        #expect(isClose(all[1], heart + skin))
    }

    @Test("a field set sees only its own fields, in matches, idf and lengths")
    func fieldSet() {
        // title only: df 1 → idf ln(1 + 2.5/1.5); tf 1, length 2 of mean 4/3 → norm 0.25 + 0.75 · 1.5.
        let found = scores([QueryWord("heart")], .all, .bm25(fieldSet: 1))
        #expect(found.count == 1)
        #expect(isClose(found[0], log(1 + 2.5 / 1.5) / (1 + 1.2 * 1.375)))
    }

    @Test("BM25F weighs and normalises each field, then saturates once")
    func perField() {
        let scoring = TextScoring(fieldSet: 0, fieldWeights: [3, 1], k1: 1.2, lengthNorm: .perField(b: [0, 0.5]))
        // Document 0: title 3 · 1, body 2 of length 2, mean 8/3 → norm 0.5 + 0.5 · 0.75 = 0.875.
        let frequency = 3 + 2 / 0.875
        #expect(isClose(scores([QueryWord("heart")], .all, scoring)[0], log(1.6) * frequency / (frequency + 1.2)))
    }

    @Test("expansions of a word are one term: the group's idf, the best frequency")
    func expansions() {
        // c…: clinic and care, df 2. Document 0: tf 1, norm 1. Document 2: tf 1, length 2 → norm 0.25 + 0.75 · 0.5.
        let prefix = scores([QueryWord("c", expansion: .prefix)], .all, .bm25(fieldSet: 0))
        #expect(prefix.count == 2)
        #expect(isClose(prefix[0], log(1.6) / 2.2))
        #expect(isClose(prefix[2], log(1.6) / (1 + 1.2 * 0.625)))
        // One edit from "hear" is heart; from "skinn" skin; nothing from "cliic" is more than clinic.
        #expect(scores([QueryWord("hear", expansion: .oneEdit)], .all, .bm25(fieldSet: 0)).keys.sorted() == [0, 1])
        #expect(scores([QueryWord("skinn", expansion: .oneEdit)], .all, .bm25(fieldSet: 0)).keys.sorted() == [1])
        #expect(scores([QueryWord("cliic", expansion: .oneEdit)], .all, .bm25(fieldSet: 0)).keys.sorted() == [0])
        #expect(scores([QueryWord("ehart", expansion: .oneEdit)], .all, .bm25(fieldSet: 0)).isEmpty)
    }

    @Test("transpositions count one edit where asked for, and of many misspellings the most frequent count")
    func misspellings() {
        func found(_ word: String, _ edits: QueryWord.Edits) -> [Int64] {
            scores([QueryWord(word, expansion: .edits(edits))], .all, .bm25(fieldSet: 0)).keys.sorted()
        }
        #expect(found("ehart", QueryWord.Edits(count: 1, transposes: true)) == [0, 1])
        #expect(found("hetar", QueryWord.Edits(count: 2, transposes: true)) == [0, 1])
        #expect(found("clnc", QueryWord.Edits(count: 2)) == [0])
        // Two edits from "cear": heart, in documents 0 and 1, and care, in document 2.
        #expect(found("cear", QueryWord.Edits(count: 2)) == [0, 1, 2])
        #expect(found("cear", QueryWord.Edits(count: 2, maximumTerms: 1)) == [0, 1])
    }
}
