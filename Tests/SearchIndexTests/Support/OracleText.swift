import Foundation
import SearchIndex

/// BM25 and BM25F written a second time over plain term counts.
final class OracleText {
    /// Counts of one document: term number → occurrences by field.
    struct Document {
        var counts: [Int: [Int]] = [:]
        var lengths: [Int] = []
    }
    private var numbers: [[UInt8]: Int] = [:]
    private var terms: [[UInt8]] = []
    /// The documents whose frequencies make the idf and the mean lengths.
    private let statistics: [Document]
    private let fieldSets: [[Int]]
    /// By expansion and bytes: strings would take a composed letter for its decomposed twin.
    private var expansionCache: [QueryWord.Expansion: [[UInt8]: Set<Int>]] = [:]

    init(statistics: [IndexedDocument], fieldSets: [[Int]]) {
        self.fieldSets = fieldSets
        var (numbers, terms): ([[UInt8]: Int], [[UInt8]]) = ([:], [])
        self.statistics = statistics.map { OracleText.count($0, &numbers, &terms) }
        (self.numbers, self.terms) = (numbers, terms)
    }

    func counted(_ document: IndexedDocument) -> Document { OracleText.count(document, &numbers, &terms) }

    private static func count(
        _ document: IndexedDocument, _ numbers: inout [[UInt8]: Int], _ terms: inout [[UInt8]]
    ) -> Document {
        var result = Document()
        for (field, list) in document.fields.enumerated() {
            result.lengths.append(list.count)
            for i in 0..<list.count {
                let term = Array(list[i])
                let number = numbers[term] ?? terms.count
                if number == terms.count {
                    numbers[term] = number
                    terms.append(term)
                }
                result.counts[number, default: Array(repeating: 0, count: document.fields.count)][field] += 1
            }
        }
        return result
    }

    /// The text scores of some documents; `nil` where the words do not match.
    func scores(_ text: TextQuery, of documents: [Document]) -> [Double?] {
        let fields = fieldSets[text.scoring.fieldSet]
        let groups = text.words.map(expansions)
        let n = Double(max(statistics.count, 1))
        let meanLengths = fields.map { field in Double(statistics.reduce(0) { $0 + $1.lengths[field] }) / n }
        let idfs = groups.map { group in
            // The expansions' frequencies added up.
            let df = Double(group.reduce(0) { sum, term in sum + statistics.count { holds([term], fields, $0) } })
            return log(1 + max(Double(statistics.count) - df + 0.5, 0.5) / (df + 0.5))
        }
        return documents.map { document in
            var (score, found) = (0.0, 0)
            for (group, idf) in zip(groups, idfs) where holds(group, fields, document) {
                found += 1
                let frequency = group.compactMap { document.counts[$0] }
                    .filter { counts in fields.contains { counts[$0] > 0 } }
                    .map { normalised($0, document.lengths, text.scoring, fields, meanLengths) }.max() ?? 0
                score += idf * frequency / (frequency + text.scoring.k1)
            }
            return found == groups.count || (text.match == .any && found > 0) ? score : nil
        }
    }

    private func holds(_ group: Set<Int>, _ fields: [Int], _ document: Document) -> Bool {
        group.contains { number in
            guard let counts = document.counts[number] else { return false }
            return fields.contains { counts[$0] > 0 }
        }
    }

    private func normalised(
        _ counts: [Int], _ lengths: [Int], _ scoring: TextScoring, _ fields: [Int], _ meanLengths: [Double]
    ) -> Double {
        switch scoring.lengthNorm {
        case .joint(let b):
            let length = Double(fields.reduce(0) { $0 + lengths[$1] })
            let sum = fields.reduce(0) { $0 + scoring.fieldWeights[$1] * Double(counts[$1]) }
            return sum / (1 - b + b * length / meanLengths.reduce(0, +))
        case .perField(let b):
            return zip(fields, meanLengths).reduce(0) { sum, entry in
                let (field, mean) = entry
                guard counts[field] > 0 else { return sum }
                let norm = 1 - b[field] + b[field] * Double(lengths[field]) / mean
                return sum + scoring.fieldWeights[field] * Double(counts[field]) / norm
            }
        }
    }

    private func expansions(_ word: QueryWord) -> Set<Int> {
        let wanted = Array(word.term.utf8)
        if let known = expansionCache[word.expansion]?[wanted] { return known }
        let found = Set(terms.indices.filter { number in
            switch word.expansion {
            case .none: terms[number] == wanted
            case .prefix: terms[number].starts(with: wanted)
            case .edits(let edits):
                OracleText.distance(terms[number], word.term, transposes: edits.transposes) <= edits.count
            }
        })
        expansionCache[word.expansion, default: [:]][wanted] = found
        return found
    }

    /// The textbook table, over Unicode scalars; with transpositions that of optimal string alignment.
    static func distance(_ term: [UInt8], _ word: String, transposes: Bool) -> Int {
        let (a, b) = (Array(String(decoding: term, as: UTF8.self).unicodeScalars), Array(word.unicodeScalars))
        var table = Array(repeating: Array(repeating: 0, count: b.count + 1), count: a.count + 1)
        for i in 0...a.count {
            for j in 0...b.count {
                if i == 0 || j == 0 {
                    table[i][j] = i + j
                    continue
                }
                table[i][j] = min(
                    table[i - 1][j] + 1, table[i][j - 1] + 1, table[i - 1][j - 1] + (a[i - 1] == b[j - 1] ? 0 : 1))
                if transposes, i > 1, j > 1, a[i - 1] == b[j - 2], a[i - 2] == b[j - 1] {
                    table[i][j] = min(table[i][j], table[i - 2][j - 2] + 1)
                }
            }
        }
        return table[a.count][b.count]
    }
}
