/// An immutable index over a set of documents, built once and read by any number of threads.
///
/// Rows are sorted by geohash (then id), so a cell of any size is one run of rows; rows without location come last.
public final class IndexSnapshot: Sendable {
    public let schema: IndexSchema
    let columns: Columns
    let idOrder: IDOrder
    /// Number of terms per row and field, row by row.
    let fieldLengths: [UInt16]
    let tags: TagIndex
    let terms: TermDictionary
    let postings: PostingLists
    let stored: StoredBytes
    /// Sum of each field's lengths.
    let totalLengths: [Int]
    /// By field set and pattern number: whether the pattern has a field of the set.
    let patternsInFieldSets: [[Bool]]
    /// By field set and term: rows that hold the term in a field of the set.
    let documentFrequencies: [[UInt32]]

    init(
        schema: IndexSchema, columns: Columns, fieldLengths: [UInt16], tags: TagIndex, terms: TermDictionary,
        postings: PostingLists, stored: StoredBytes
    ) {
        self.schema = schema
        self.columns = columns
        idOrder = IDOrder(columns.ids)
        self.fieldLengths = fieldLengths
        self.tags = tags
        self.terms = terms
        self.postings = postings
        self.stored = stored
        var lengths = [Int](repeating: 0, count: schema.fields.count)
        for (i, length) in fieldLengths.enumerated() { lengths[i % max(schema.fields.count, 1)] += Int(length) }
        totalLengths = lengths
        let inSets = schema.fieldSets.map { set in postings.patterns.map { $0.fieldMask & set.mask != 0 } }
        patternsInFieldSets = inSets
        documentFrequencies = inSets.map { inSet in
            (0..<terms.count).map { term in
                postings.range(of: term).reduce(0) { $0 + (inSet[Int(postings.patternNumbers[$1])] ? 1 : 0) }
            }
        }
    }

    /// Number of documents; those that share an id count each.
    public var rowCount: Int { columns.ids.count }

    /// Number of different terms.
    public var termCount: Int { terms.count }

    /// The terms a query word stands for.
    func numbers(of word: QueryWord) -> [Int] {
        switch word.expansion {
        case .none: terms.number(of: Array(word.term.utf8)).map { [$0] } ?? []
        case .prefix: Array(terms.numbers(withPrefix: Array(word.term.utf8)))
        case .oneEdit: terms.numbers(withinOneEditOf: word.term)
        }
    }

    /// Metres from a prepared point, `nil` for a row without location.
    @inline(__always)
    func metres(from: DistanceFrom, row: Int) -> Double? {
        guard row < columns.locatedCount else { return nil }
        return from.metres(latitudeE7: columns.latitudesE7[row], longitudeE7: columns.longitudesE7[row])
    }

    /// Bytes held by the index structures, and those of the stored payloads apart.
    public var byteCount: (index: Int, stored: Int) {
        let columnBytes = rowCount * (8 + 4 + 4 + 2 + 4 + 2 + 4 + 4 + 4) + rowCount / 8 + fieldLengths.count * 2
        let tagBytes = tags.rowTags.count * 2 + tags.rowTagEnds.count * 4 + tags.tags.count * rowCount / 8
        let termBytes = terms.bytes.count + terms.ends.count * 4
        let postingBytes = postings.rows.count * 6 + postings.starts.count * 4 + postings.patterns.count * 16
        return (columnBytes + tagBytes + termBytes + postingBytes, stored.bytes.count + stored.ends.count * 8)
    }
}

/// The payloads of all rows in one buffer.
struct StoredBytes: Sendable {
    var bytes: [UInt8] = []
    var ends: [UInt64] = []

    mutating func append(_ payload: some Sequence<UInt8>) {
        bytes.append(contentsOf: payload)
        ends.append(UInt64(bytes.count))
    }

    subscript(row: Int) -> ArraySlice<UInt8> { bytes[Int(row == 0 ? 0 : ends[row - 1])..<Int(ends[row])] }
}
