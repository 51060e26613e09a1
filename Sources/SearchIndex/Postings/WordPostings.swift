/// The rows of one segment that hold a query word or one of its expansions, with their frequencies.
///
/// All expansions of a word are one term: a row that holds several counts once, with the best frequency.
struct WordPostings {
    /// Ascending rows; only those in `range` belong to the word.
    private let rows: [UInt32]
    private let range: Range<Int>
    private let frequencies: Frequencies
    /// Rows that hold the word in a field of the set.
    let documentFrequency: Int

    private enum Frequencies {
        /// One term: its postings' patterns, and by pattern number whether a field of the set holds it.
        case patterns(numbers: [UInt16], inSet: [Bool])
        /// Several terms, already scored.
        case merged([Double])
    }

    /// Looks the word up in a segment. O(log terms) for a plain word, O(rows + postings of all expansions) otherwise.
    init(_ word: QueryWord, fieldSet: Int, segment: IndexSnapshot, scoring: BM25F) {
        let postings = segment.postings
        let terms = segment.numbers(of: word)
        if let term = terms.first, terms.count == 1 {
            rows = postings.rows
            range = postings.range(of: term)
            frequencies = .patterns(numbers: postings.patternNumbers, inSet: segment.patternsInFieldSets[fieldSet])
            documentFrequency = Int(segment.documentFrequencies[fieldSet][term])
            return
        }
        let (mergedRows, best) = WordPostings.merge(terms, fieldSet: fieldSet, segment: segment, scoring: scoring)
        rows = mergedRows
        range = mergedRows.indices
        frequencies = .merged(best)
        documentFrequency = mergedRows.count
    }

    private static func merge(
        _ terms: [Int], fieldSet: Int, segment: IndexSnapshot, scoring: BM25F
    ) -> ([UInt32], [Double]) {
        guard !terms.isEmpty else { return ([], []) }
        let postings = segment.postings
        let inSet = segment.patternsInFieldSets[fieldSet]
        var present = RowSet(rowCount: segment.rowCount)
        var best = [Double](repeating: 0, count: segment.rowCount)
        for term in terms {
            for i in postings.range(of: term) where inSet[Int(postings.patternNumbers[i])] {
                let row = Int(postings.rows[i])
                let pattern = postings.patterns[Int(postings.patternNumbers[i])]
                present.insert(row)
                best[row] = max(best[row], scoring.frequency(pattern, in: segment, row: row))
            }
        }
        var rows: [UInt32] = []
        present.forEachRow(in: 0..<segment.rowCount) { rows.append(UInt32($0)) }
        return (rows, rows.map { best[Int($0)] })
    }

    /// First position at or behind `position` whose row is not below `row`; `nil` at the end. Gallops.
    @inline(__always)
    func seek(_ row: UInt32, from position: Int) -> Int? {
        var at = gallop(rows, notBelow: row, in: position..<range.upperBound)
        if case .patterns(let numbers, let inSet) = frequencies {
            while at < range.upperBound, !inSet[Int(numbers[at])] { at += 1 }
        }
        return at < range.upperBound ? at : nil
    }

    var start: Int { range.lowerBound }

    @inline(__always)
    func row(at position: Int) -> UInt32 { rows[position] }

    @inline(__always)
    func frequency(at position: Int, segment: IndexSnapshot, scoring: BM25F) -> Double {
        switch frequencies {
        case .merged(let best): best[position]
        case .patterns(let numbers, _):
            scoring.frequency(segment.postings.patterns[Int(numbers[position])], in: segment, row: Int(rows[position]))
        }
    }
}

/// First position in `range` of ascending `rows` that is not below `row`. O(log distance).
@inline(__always)
func gallop(_ rows: [UInt32], notBelow row: UInt32, in range: Range<Int>) -> Int {
    var step = 1
    var low = range.lowerBound
    var high = low
    while high < range.upperBound, rows[high] < row {
        low = high + 1
        high += step
        step *= 2
    }
    high = min(high, range.upperBound)
    while low < high {
        let middle = (low + high) / 2
        if rows[middle] < row { low = middle + 1 } else { high = middle }
    }
    return low
}
