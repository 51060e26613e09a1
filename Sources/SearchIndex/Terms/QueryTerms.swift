/// The terms of one segment that a query word stands for.
enum QueryTerms {
    /// Neighbours in the dictionary: one word, or all that start alike.
    case range(Range<Int>)
    /// Ascending.
    case numbers([Int])

    init(_ word: QueryWord, in segment: IndexSnapshot, fieldSet: Int) {
        let terms = segment.terms
        var term = word.term
        self = term.withUTF8 { bytes in
            switch word.expansion {
            case .none: return .range(terms.number(of: bytes).map { $0..<($0 + 1) } ?? 0..<0)
            case .prefix: return .range(terms.numbers(withPrefix: bytes))
            case .edits(let edits):
                var found: [Int] = []
                terms.forEachTerm(within: edits.count, of: bytes, transposes: edits.transposes) { found.append($0) }
                if found.count > edits.maximumTerms {
                    // The most frequent are the likeliest to be meant; of equals the first in the dictionary.
                    let frequency = { segment.postings.documentFrequency(of: $0..<($0 + 1), fieldSet: fieldSet) }
                    found.sort { (frequency($1), $0) < (frequency($0), $1) }
                    found.removeLast(found.count - edits.maximumTerms)
                }
                found.sort()
                return .numbers(found)
            }
        }
    }

    var count: Int {
        switch self {
        case .range(let range): range.count
        case .numbers(let numbers): numbers.count
        }
    }

    /// The only term, if there is exactly one.
    var single: Int? {
        switch self {
        case .range(let range): range.count == 1 ? range.lowerBound : nil
        case .numbers(let numbers): numbers.count == 1 ? numbers[0] : nil
        }
    }

    @inline(__always)
    func forEach(_ body: (Int) -> Void) {
        switch self {
        case .range(let range): for term in range { body(term) }
        case .numbers(let numbers): for term in numbers { body(term) }
        }
    }

    /// Postings of all terms, in any field.
    func postingCount(in postings: Postings) -> Int {
        switch self {
        case .range(let range): Int(postings.starts[range.upperBound]) - Int(postings.starts[range.lowerBound])
        case .numbers(let numbers): numbers.reduce(0) { $0 + Int(postings.lists.counts[$1]) }
        }
    }

    func documentFrequency(in postings: Postings, fieldSet: Int) -> Int {
        switch self {
        case .range(let range): return postings.documentFrequency(of: range, fieldSet: fieldSet)
        case .numbers(let numbers):
            return numbers.reduce(0) { $0 + postings.documentFrequency(of: $1..<($1 + 1), fieldSet: fieldSet) }
        }
    }
}
