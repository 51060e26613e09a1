/// Finds the word of the vocabulary that a misspelt one is meant as: one edit from five letters, two from nine;
/// two neighbours in each other's place are one edit. The first letter is right, as it nearly always is.
///
/// Candidates come from the words left when letters are taken out (the symmetric delete method of SymSpell).
struct SpellingCorrector: Sendable {
    private var candidates: [String: [String]] = [:]
    private let known: Set<String>

    /// - Parameters:
    ///   - words: what may be meant.
    ///   - realWords: words that are near one of those and are none of its misspellings.
    init(words: Set<String>, realWords: Set<String>) {
        known = words.union(realWords)
        for word in words.sorted() where word.utf8.count >= 4 && Self.isPlain(word) {
            for variant in Self.deletions(word, depth: word.utf8.count >= 8 ? 2 : 1) { candidates[variant, default: []].append(word) }
        }
    }

    /// What a word is meant as; `nil` when it is right, or too far from everything. O(letters²) look-ups.
    func correction(of word: String) -> String? {
        let length = word.utf8.count
        guard length >= 5, length <= 24, !known.contains(word), Self.isPlain(word) else { return nil }
        let edits = length >= 9 ? 2 : 1
        var best: (distance: Int, word: String)?
        for variant in Self.deletions(word, depth: edits) {
            for candidate in candidates[variant] ?? [] {
                let distance = Self.distance(word, candidate)
                guard distance <= edits, candidate.utf8.first == word.utf8.first else { continue }
                if best.map({ (distance, candidate) < ($0.distance, $0.word) }) ?? true { best = (distance, candidate) }
            }
        }
        return best?.word
    }

    private static func isPlain(_ word: String) -> Bool { word.utf8.allSatisfy { (UInt8(ascii: "a")...UInt8(ascii: "z")).contains($0) } }

    private static func deletions(_ word: String, depth: Int) -> Set<String> {
        var all: Set<String> = [word]
        var newest = all
        for _ in 0..<depth {
            var next: Set<String> = []
            for text in newest {
                let letters = Array(text.utf8)
                for index in letters.indices {
                    var shorter = letters
                    shorter.remove(at: index)
                    next.insert(String(decoding: shorter, as: UTF8.self))
                }
            }
            all.formUnion(next)
            newest = next
        }
        return all
    }

    /// Optimal string alignment distance.
    static func distance(_ a: String, _ b: String) -> Int {
        let (a, b) = (Array(a.utf8), Array(b.utf8))
        var rows = [Array(0...b.count)]
        for i in 1...max(1, a.count) where !a.isEmpty {
            var row = [i]
            for j in 1...max(1, b.count) where !b.isEmpty {
                var best = min(rows[i - 1][j] + 1, row[j - 1] + 1, rows[i - 1][j - 1] + (a[i - 1] == b[j - 1] ? 0 : 1))
                if i > 1, j > 1, a[i - 1] == b[j - 2], a[i - 2] == b[j - 1] { best = min(best, rows[i - 2][j - 2] + 1) }
                row.append(best)
            }
            rows.append(row)
        }
        return rows[a.count][b.count]
    }
}
