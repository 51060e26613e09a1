/// The terms of one segment that a query word stands for.
enum QueryTerms {
    /// One term or none, whatever fields hold it.
    case exact(Int?)
    /// Ascending; those that a field of the set holds.
    case numbers([Int])

    init(_ word: QueryWord, in segment: IndexSnapshot, fieldSet: Int) {
        let terms = segment.terms
        var term = word.term
        self = term.withUTF8 { bytes in
            switch word.expansion {
            case .none: return .exact(terms.number(of: bytes))
            case .prefix: return .numbers(terms.numbers(withPrefix: bytes).filter { segment.postings.isTerm($0, inSet: fieldSet) })
            case .edits(let edits):
                var found: [Int] = []
                terms.forEachTerm(within: edits.count, of: bytes, transposes: edits.transposes) {
                    if segment.postings.isTerm($0, inSet: fieldSet) { found.append($0) }
                }
                if found.count > edits.maximumTerms {
                    // The most frequent are the likeliest to be meant; of equals the first in the dictionary.
                    let frequency = { segment.postings.documentFrequency(of: $0, fieldSet: fieldSet) }
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
        case .exact(let term): term == nil ? 0 : 1
        case .numbers(let numbers): numbers.count
        }
    }

    /// The only term, if there is exactly one.
    var single: Int? {
        switch self {
        case .exact(let term): term
        case .numbers(let numbers): numbers.count == 1 ? numbers[0] : nil
        }
    }

    @inline(__always)
    func forEach(_ body: (Int) -> Void) {
        switch self {
        case .exact(let term): if let term { body(term) }
        case .numbers(let numbers): for term in numbers { body(term) }
        }
    }

    /// Postings of all terms, in any field.
    func postingCount(in postings: Postings) -> Int {
        var sum = 0
        forEach { sum += Int(postings.lists.counts[$0]) }
        return sum
    }

    func documentFrequency(in postings: Postings, fieldSet: Int) -> Int {
        var sum = 0
        forEach { sum += postings.documentFrequency(of: $0, fieldSet: fieldSet) }
        return sum
    }
}
