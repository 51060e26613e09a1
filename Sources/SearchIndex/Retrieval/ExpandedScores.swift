/// Text scores of some rows where words stand for several terms: of a word's terms in a row the best counts.
final class ExpandedScores: RowScores {
    private let query: SegmentQuery
    private let postings: PostingSaturations
    /// Ascending; the caller's.
    private let rows: UnsafeBufferPointer<UInt32>
    /// Best saturated frequency by word and row; below 0 where the row does not hold the word. Where rows must hold all
    /// words, those of one term each are looked up when a row is scored: the rows stand in their lists.
    private let saturations: UnsafeMutableBufferPointer<Double>
    /// By word: the place in its list of the row asked for last.
    private let places: UnsafeMutableBufferPointer<Int>
    /// Bit set over the low bits of the rows that can still match, small enough for a near cache: most postings are of
    /// other rows and end here.
    private let filter: UnsafeMutableBufferPointer<UInt64>

    /// Reads the postings of all terms. O(postings of expanded words).
    init(_ query: SegmentQuery, rows: UnsafeBufferPointer<UInt32>, _ postings: PostingSaturations) {
        self.query = query
        self.postings = postings
        self.rows = rows
        saturations = .allocate(capacity: rows.count * query.words.count)
        saturations.initialize(repeating: -1)
        places = .allocate(capacity: query.words.count)
        places.initialize(repeating: 0)
        // 64 bits a row or more, a power of two.
        filter = .allocate(capacity: max(512, 1 << (Int.bitWidth - rows.count.leadingZeroBitCount)))
        filter.initialize(repeating: 0)
        for row in rows { addToFilter(row) }
        guard query.matchesAllWords else {
            for (number, terms) in query.expansions.enumerated() { add(terms, to: number * rows.count) }
            return
        }
        // The rarest word comes last: the rows were drawn from it, so that it would keep them all.
        let expanded = query.words.indices.filter { query.words[$0].isExpanded }
            .sorted { query.words[$0].postingCount > query.words[$1].postingCount }
        for number in expanded {
            add(query.expansions[number], to: number * rows.count)
            if number != expanded.last { keepHolders(of: number) }
        }
    }

    @inline(__always)
    private func addToFilter(_ row: UInt32) { filter[Int(row >> 6) & (filter.count &- 1)] |= 1 << UInt64(row & 63) }

    /// Forgets the rows that do not hold a word.
    private func keepHolders(of number: Int) {
        filter.update(repeating: 0)
        for place in 0..<rows.count where saturations[number &* rows.count &+ place] >= 0 { addToFilter(rows[place]) }
    }

    deinit {
        saturations.deallocate()
        places.deallocate()
        filter.deallocate()
    }

    private func add(_ terms: QueryTerms, to base: Int) {
        let lists = query.snapshot.postings.lists
        guard case .numbers(let numbers) = terms else {
            if let term = terms.single { addTerms(from: term, through: term, to: base) }
            return
        }
        var place = 0
        while place < numbers.count {
            // The arrays of neighbours in the dictionary lie one behind the other.
            var last = place
            while last + 1 < numbers.count, numbers[last + 1] == numbers[last] + 1, !lists.isDense(numbers[place]),
                !lists.isDense(numbers[last + 1])
            {
                last += 1
            }
            addTerms(from: numbers[place], through: numbers[last], to: base)
            place = last + 1
        }
    }

    /// A term, or neighbours that are arrays all.
    private func addTerms(from first: Int, through last: Int, to base: Int) {
        let postings = query.snapshot.postings
        if let array = postings.lists[first].rows {
            add(array, first..<last + 1, count: Int(postings.starts[last + 1] - postings.starts[first]), to: base)
        } else {
            addBits(first, to: base)
        }
    }

    private func addBits(_ term: Int, to base: Int) {
        let list = query.snapshot.postings.lists[term]
        for place in 0..<rows.count {
            if let posting = list.place(of: Int(rows[place])) { add(term, posting, at: base + place, row: Int(rows[place])) }
        }
    }

    /// - Parameter terms: whose arrays, one behind the other, `array` is.
    private func add(_ array: UnsafePointer<UInt32>, _ terms: Range<Int>, count: Int, to base: Int) {
        guard let candidates = rows.baseAddress else { return }
        let counts = query.snapshot.postings.lists.counts
        // The candidate to go on from: behind those of the term's earlier rows.
        var (term, start, candidate) = (terms.lowerBound, 0, 0)
        withUnsafeTemporaryAllocation(of: UInt32.self, capacity: ExpandedScores.stride) { passed in
            guard let passed = passed.baseAddress else { return }
            for from in Swift.stride(from: 0, to: count, by: ExpandedScores.stride) {
                let passedCount = pass(array + from, count: min(ExpandedScores.stride, count &- from), to: passed)
                for number in 0..<passedCount {
                    let at = from &+ Int(passed[number])
                    while at >= start &+ Int(counts[term]) {
                        start &+= Int(counts[term])
                        term &+= 1
                        candidate = 0
                    }
                    candidate = gallop(candidates, notBelow: array[at], in: candidate..<rows.count)
                    if candidate < rows.count, candidates[candidate] == array[at] {
                        add(term, at &- start, at: base &+ candidate, row: Int(array[at]))
                    }
                }
            }
        }
    }

    /// Tells which of some rows the filter lets pass, without a branch on what nothing foretells.
    @inline(never)
    private func pass(_ rows: UnsafePointer<UInt32>, count: Int, to passed: UnsafeMutablePointer<UInt32>) -> Int {
        guard let words = filter.baseAddress else { return 0 }
        let mask = UInt32(truncatingIfNeeded: filter.count &- 1)
        var passedCount = 0
        for at in 0..<count {
            let row = rows[at]
            passed[passedCount] = UInt32(truncatingIfNeeded: at)
            passedCount &+= Int(truncatingIfNeeded: words[Int(row >> 6 & mask)] >> UInt64(row & 63) & 1)
        }
        return passedCount
    }

    /// Rows that are tested against the filter at a time.
    private static let stride = 512

    private func add(_ term: Int, _ posting: Int, at place: Int, row: Int) {
        let posting = Int(query.snapshot.postings.starts[term]) &+ posting
        saturations[place] = max(saturations[place], postings.saturation(posting: posting, row: row))
    }

    private func place(of row: Int) -> Int? {
        guard let base = rows.baseAddress else { return nil }
        let at = lowerBound(base, UInt32(truncatingIfNeeded: row), in: 0..<rows.count)
        return at < rows.count && base[at] == UInt32(truncatingIfNeeded: row) ? at : nil
    }

    /// `nil` when the row does not match the words, or is none of the rows.
    func textScore(_ row: Int) -> Double? { place(of: row).flatMap { textScore(at: $0, atLeast: -.infinity) } }

    /// A word's share of the score; below 0 where the row does not hold it.
    @inline(__always)
    private func share(word number: Int, at place: Int) -> Double {
        if query.words[number].isExpanded || !query.matchesAllWords {
            let saturation = saturations[number &* rows.count &+ place]
            return saturation < 0 ? -1 : query.words[number].idf * saturation
        }
        let (word, row) = (query.words[number], rows[place])
        guard let array = word.list.rows else { return word.share(Int(row), place: nil, postings) ?? -1 }
        // Rows are mostly asked for in their order.
        let last = places[number] < word.list.count && array[places[number]] <= row ? places[number] : 0
        places[number] = gallop(array, notBelow: row, in: last..<word.list.count)
        return word.share(Int(row), place: places[number], postings) ?? -1
    }

    /// The same by the row's place; `nil` also when the score is below `least`.
    func textScore(at place: Int, atLeast least: Double) -> Double? {
        if query.matchesAllWords {
            // What is known without a look-up comes first.
            var bound = 0.0
            for number in query.words.indices {
                let word = query.words[number]
                let saturation = word.isExpanded ? saturations[number &* rows.count &+ place] : 0
                if saturation < 0 { return nil }
                bound += word.isExpanded ? word.idf * saturation : word.greatestScore
            }
            if bound * (1 + 1e-12) < least { return nil }
        }
        var (sum, found) = (0.0, 0)
        for number in query.words.indices {
            let share = share(word: number, at: place)
            if share < 0 {
                if query.matchesAllWords { return nil }
                continue
            }
            found += 1
            sum += share
        }
        return found > 0 || query.matchesAllWords ? sum : nil
    }
}
