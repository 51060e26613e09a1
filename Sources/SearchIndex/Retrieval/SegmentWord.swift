/// A query word made ready for one segment. Plain numbers and addresses into the segment's image, so that reading it
/// counts no reference; what of it has several terms is in the query's `expansions`.
struct SegmentWord: BitwiseCopyable {
    let idf: Double
    /// The rows of the word's only term; empty when it stands for several terms or for none.
    let list: RowList
    /// Number of the term's first posting.
    private let firstPosting: Int
    /// Whether it stands for several terms, so that `list` does not tell all.
    let isExpanded: Bool
    /// Rows of the list that hold the word in no field of the set, where the index knows them.
    let outside: RowList
    /// Whether all other rows of the list hold it in a field of the set.
    let isExact: Bool
    /// Rows that hold the only term in a field of the set.
    let matchCount: Int
    /// Postings of all the word's terms, in any field: at least the number of rows that hold it.
    let postingCount: Int
    /// Not below any unread row's share of the score.
    private(set) var greatestScore: Double
    /// The best rows of the only term under a scoring the index knows; empty otherwise.
    let impacts: ImpactList?
    /// By leaf and by window the greatest saturated frequency in 65 535ths, where the index knows it.
    private let leafMaxima: UnsafePointer<UInt16>?
    private let windowMaxima: UnsafePointer<UInt16>?
    /// What a 65 535th is worth.
    let maximumUnit: Double

    /// - Parameters:
    ///   - known: number of the scoring in the schema, where it is one of its.
    ///   - growth: how much greater a saturated frequency can be than the index's maxima say.
    init(
        _ terms: QueryTerms, idf: Double, in segment: IndexSnapshot, fieldSet: Int, knownScoring known: Int?,
        growth: Double
    ) {
        self.idf = idf
        let postings = segment.postings
        maximumUnit = idf * growth / ScoreMaxima.scale
        postingCount = terms.postingCount(in: postings)
        isExpanded = terms.count > 1
        guard let term = terms.single else {
            firstPosting = 0
            list = .empty
            greatestScore = terms.count == 0 ? 0 : idf
            (leafMaxima, windowMaxima, impacts, outside, isExact) = (nil, nil, nil, .empty, terms.count == 0)
            matchCount = 0
            return
        }
        firstPosting = Int(postings.starts[term])
        list = postings.lists[term]
        outside = postings.rowsOutside(fieldSet: fieldSet, term: term)
        matchCount = postings.documentFrequency(of: term, fieldSet: fieldSet)
        isExact = list.bits != nil || matchCount == list.count
        guard let known else {
            greatestScore = idf
            (leafMaxima, windowMaxima, impacts) = (nil, nil, nil)
            return
        }
        impacts = postings.impacts.list(of: term, scoring: known)
        greatestScore = min(idf, idf * growth * postings.maxima.ofTerm(term, scoring: known))
        guard list.bits != nil else {
            (leafMaxima, windowMaxima) = (nil, nil)
            return
        }
        let maxima = postings.maxima.ofDenseTerm(number: Int(postings.lists.offsets[term]), scoring: known)
        (leafMaxima, windowMaxima) = (maxima.leaves, maxima.windows)
    }

    /// Takes note that every row with a greater share was read.
    mutating func lower(to share: Double) { greatestScore = min(greatestScore, share) }

    /// Whether a row of a single-term word's list holds it in a field of the set.
    @inline(__always)
    func isInSet(_ row: Int, in segment: IndexSnapshot, setBits: UInt64) -> Bool {
        guard !isExact, let place = list.place(of: row) else { return true }
        return segment.postings.pattern(posting: firstPosting &+ place).bits & setBits != 0
    }

    /// A single-term word's share of a row's score; `nil` where no field of the set holds it.
    /// - Parameter place: the row's place in the list, where it is known.
    @inline(__always)
    func share(_ row: Int, place: Int?, _ saturations: PostingSaturations) -> Double? {
        guard let place = place ?? list.place(of: row) else { return nil }
        let saturation = saturations.saturation(posting: firstPosting &+ place, row: row)
        return saturation < 0 ? nil : idf * saturation
    }

    /// Number of the first posting in a leaf or behind it.
    @inline(__always)
    func firstPosting(inLeaf leaf: Int) -> Int { firstPosting &+ list.rank(ofLeaf: leaf) }

    @inline(__always)
    func leafBound(_ leaf: Int) -> Double {
        guard let leafMaxima else { return greatestScore }
        return min(Double(leafMaxima[leaf]) * maximumUnit, greatestScore)
    }

    @inline(__always)
    func windowBound(_ window: Int) -> Double {
        guard let windowMaxima else { return list.meetsWindow(window) ? greatestScore : 0 }
        return min(Double(windowMaxima[window]) * maximumUnit, greatestScore)
    }
}

extension IndexSnapshot {
    /// Weighted, length-normalised frequency of a posting; `nil` where no field of the scoring's set holds the term.
    @inline(__always)
    func frequency(posting: Int, row: Int, scoring: BM25F) -> Double? {
        let pattern = postings.pattern(posting: posting)
        guard pattern.bits & scoring.setBits != 0 else { return nil }
        return scoring.frequency(pattern, fieldLengths, row: row)
    }

    /// The best frequency of any of some terms in a row. O(terms).
    func bestFrequency(of terms: QueryTerms, row: Int, scoring: BM25F) -> Double? {
        var best: Double?
        terms.forEach { term in
            guard let place = postings.lists[term].place(of: row),
                let frequency = frequency(posting: Int(postings.starts[term]) + place, row: row, scoring: scoring)
            else { return }
            best = max(best ?? frequency, frequency)
        }
        return best
    }
}
