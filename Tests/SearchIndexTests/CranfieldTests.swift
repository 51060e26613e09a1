import Foundation
import SearchIndex
import Testing

/// 1 400 abstracts on aerodynamics with judged queries (Cleverdon 1967), `data/cranfield/` of the shared folder.
@Suite("Cranfield collection")
struct CranfieldTests {
    private static let folder: URL = {
        let shared = ProcessInfo.processInfo.environment["SHARED_DATA"].map { URL(fileURLWithPath: $0) }
        let root = URL(fileURLWithPath: #filePath).resolvingSymlinksInPath()
            .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
        return (shared ?? root.appendingPathComponent("../shared")).appendingPathComponent("data/cranfield")
    }()
    private static let isPresent = FileManager.default.fileExists(atPath: folder.appendingPathComponent("cranqrel").path)

    /// The reference figure of 0.360 counts every judged document alike. Graded gains give less; the figure for them is
    /// that of an independent BM25 in another language over the same words.
    @Test(
        "plain BM25 ranks the collection as well as its reference",
        .enabled(if: isPresent, "the Cranfield collection is not here: set SHARED_DATA to the folder that holds data/cranfield"))
    func ranking() throws {
        let documents = try records("cran.all.1400", fields: [".T", ".W"])
        var builder = IndexBuilder(
            schema: IndexSchema(fields: ["text"], fieldSets: [FieldSet(name: "text", fields: [0])], tagDimensions: []))
        for (position, text) in documents.enumerated() {
            builder.add(IndexedDocument(id: Int64(position + 1), fields: [TermList(words(text))]))
        }
        let searcher = Searcher(IndexView(builder.build()))
        let rankings = try records("cran.qry", fields: [".W"]).map { text in
            let words = words(text).map { QueryWord($0) }
            let query = Query(
                text: TextQuery(words: words, match: .any, scoring: .bm25(fieldSet: 0)), order: .text, limit: 10)
            return searcher.search(query).hits.map(\.id)
        }
        let judgements = try judgements()
        let binary = meanNDCG(rankings, judgements) { _ in 1 }
        let graded = meanNDCG(rankings, judgements) { Double(5 - $0) }
        print("Cranfield: nDCG@10 \(binary) binary, \(graded) graded, over \(rankings.count) queries")
        #expect(rankings.count == 225 && documents.count == 1400)
        #expect(abs(binary - 0.360) < 0.002)
        #expect(abs(graded - 0.3437) < 0.0005)
    }

    private func lines(_ file: String) throws -> [Substring] {
        String(decoding: try Data(contentsOf: CranfieldTests.folder.appendingPathComponent(file)), as: UTF8.self)
            .split(whereSeparator: \.isNewline)
    }

    /// The text of each `.I` record, as far as it stands in the wanted fields.
    private func records(_ file: String, fields: Set<String>) throws -> [String] {
        var texts: [String] = []
        var isWanted = false
        for line in try lines(file) {
            if line.hasPrefix(".I ") {
                texts.append("")
                isWanted = false
            } else if [".T", ".A", ".B", ".W"].contains(line) {
                isWanted = fields.contains(String(line))
            } else if isWanted {
                texts[texts.count - 1] += " " + line
            }
        }
        return texts
    }

    private func words(_ text: String) -> [String] {
        text.lowercased().split { !($0.isASCII && ($0.isLetter || $0.isNumber)) }.map(String.init)
    }

    /// Code by document by query position: from 1, a complete answer, to 4, of minimum interest. −1 is not relevant.
    private func judgements() throws -> [Int: [Int64: Int]] {
        var codes: [Int: [Int64: Int]] = [:]
        for line in try lines("cranqrel") {
            let numbers = line.split(separator: " ").compactMap { Int($0) }
            guard numbers.count == 3, numbers[2] > 0 else { continue }
            codes[numbers[0], default: [:]][Int64(numbers[1])] = numbers[2]
        }
        return codes
    }

    private func meanNDCG(
        _ rankings: [[Int64]], _ codes: [Int: [Int64: Int]], gain: (_ code: Int) -> Double
    ) -> Double {
        func discounted(_ gains: [Double]) -> Double {
            gains.enumerated().reduce(0) { $0 + $1.element / log2(Double($1.offset) + 2) }
        }
        let sum = rankings.enumerated().reduce(0.0) { sum, ranking in
            let gains = (codes[ranking.offset + 1] ?? [:]).mapValues(gain)
            let ideal = discounted(Array(gains.values.sorted(by: >).prefix(10)))
            return ideal == 0 ? sum : sum + discounted(ranking.element.map { gains[$0] ?? 0 }) / ideal
        }
        return sum / Double(rankings.count)
    }
}
