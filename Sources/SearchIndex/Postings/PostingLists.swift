/// The postings of every term of a segment, one after the other in the order of the dictionary.
struct PostingLists: Sendable {
    /// Rows that hold term `t`, ascending, at `starts[t] ..< starts[t + 1]`.
    var rows: [UInt32]
    /// Number of each posting's frequency pattern.
    var patternNumbers: [UInt16]
    /// One more than there are terms.
    var starts: [UInt32]
    var patterns: [FrequencyPattern]

    /// Where the postings of a term lie.
    func range(of term: Int) -> Range<Int> { Int(starts[term])..<Int(starts[term + 1]) }
}
