/// Turns rows of terms into postings by term. Rows are added in their final order.
struct PostingsInverter {
    private let schema: IndexSchema
    private let termCount: Int
    private var patterns = FrequencyPatternTable()
    private var fieldLengths: [UInt16] = []
    /// Term and field of every word of the current row: term · 8 + field.
    private var words: [UInt64] = []
    /// Distinct terms row by row, with their patterns.
    private var rowTerms: [UInt32] = []
    private var rowPatterns: [UInt16] = []
    private var rowEnds: [Int] = []

    init(schema: IndexSchema, termCount: Int) {
        self.schema = schema
        self.termCount = termCount
    }

    /// Adds the next field of the current row; fields come in the schema's order.
    mutating func addField(_ field: Int, terms: some Sequence<UInt32>) {
        let before = words.count
        for term in terms { words.append(UInt64(term) << 3 | UInt64(field)) }
        fieldLengths.append(UInt16(clamping: words.count - before))
    }

    mutating func endRow() {
        words.sort()
        var i = 0
        while i < words.count {
            let term = words[i] >> 3
            var pattern = FrequencyPattern()
            while i < words.count, words[i] >> 3 == term {
                let field = Int(words[i] & 7)
                if pattern[field] < UInt16.max { pattern[field] += 1 }
                i += 1
            }
            rowTerms.append(UInt32(term))
            rowPatterns.append(patterns.number(of: pattern))
        }
        rowEnds.append(rowTerms.count)
        words.removeAll(keepingCapacity: true)
    }

    /// Counting sort of all rows' terms by term. O(postings + terms).
    consuming func build() -> (PostingLists, fieldLengths: [UInt16]) {
        var starts = [UInt32](repeating: 0, count: termCount + 1)
        for term in rowTerms { starts[Int(term) + 1] += 1 }
        for term in 0..<termCount { starts[term + 1] += starts[term] }
        var next = starts
        var rows = [UInt32](repeating: 0, count: rowTerms.count)
        var numbers = [UInt16](repeating: 0, count: rowTerms.count)
        var i = 0
        for (row, end) in rowEnds.enumerated() {
            while i < end {
                let term = Int(rowTerms[i])
                let at = Int(next[term])
                rows[at] = UInt32(row)
                numbers[at] = rowPatterns[i]
                next[term] += 1
                i += 1
            }
        }
        return (
            PostingLists(rows: rows, patternNumbers: numbers, starts: starts, patterns: patterns.patterns), fieldLengths
        )
    }
}
