/// Text scores of some rows where words stand for several terms: of a word's terms in a row the best counts.
final class ExpandedScores: RowScores {
    private let query: SegmentQuery
    private let scores: PostingSaturations
    /// Ascending; the caller's.
    private let rows: UnsafeBufferPointer<UInt32>
    /// Best saturated frequency by word and row; below 0 where the row does not hold the word. Where rows must hold all
    /// words, those of one term each are looked up when a row is scored: the rows stand in their lists.
    private let saturations: UnsafeMutableBufferPointer<Double>
    /// By word: the place in its list of the row asked for last.
    private let places: UnsafeMutableBufferPointer<Int>
    /// Of the rows that can still match: most postings are of other rows and end here.
    private let filter: RowFilter

    /// Reads the postings of all terms. O(postings of expanded words).
    init(_ query: SegmentQuery, rows: UnsafeBufferPointer<UInt32>, _ scores: PostingSaturations) {
        self.query = query
        self.scores = scores
        self.rows = rows
        saturations = .allocate(capacity: rows.count * query.words.count)
        saturations.initialize(repeating: -1)
        places = .allocate(capacity: query.words.count)
        places.initialize(repeating: 0)
        filter = RowFilter(capacity: rows.count, rowCount: query.snapshot.rowCount)
        filter.insert(rows)
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

    /// Forgets the rows that do not hold a word.
    private func keepHolders(of number: Int) {
        filter.removeAll()
        for place in 0..<rows.count where saturations[number &* rows.count &+ place] >= 0 { filter.insert(rows[place]) }
    }

    deinit {
        saturations.deallocate()
        places.deallocate()
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
        let start = Int(query.snapshot.postings.starts[term])
        for place in 0..<rows.count {
            guard let posting = list.place(of: Int(rows[place])) else { continue }
            add(scores.saturation(posting: start &+ posting, row: Int(rows[place])), at: base &+ place)
        }
    }

    /// - Parameter terms: whose arrays, one behind the other, `array` is.
    private func add(_ array: UnsafePointer<UInt32>, _ terms: Range<Int>, count: Int, to base: Int) {
        guard let candidates = rows.baseAddress else { return }
        let counts = query.snapshot.postings.lists.counts
        let starts = query.snapshot.postings.starts
        let scores = scores
        // The candidate to go on from: behind those of the term's earlier rows.
        var (term, start, candidate) = (terms.lowerBound, 0, 0)
        filter.forEachPassing(array, count: count) { at in
            while at >= start &+ Int(counts[term]) {
                start &+= Int(counts[term])
                term &+= 1
                candidate = 0
            }
            let row = array[at]
            candidate = gallop(candidates, notBelow: row, in: candidate..<rows.count)
            if candidate < rows.count, candidates[candidate] == row {
                add(scores.saturation(posting: Int(starts[term]) &+ at &- start, row: Int(row)), at: base &+ candidate)
            }
        }
    }

    @inline(__always)
    private func add(_ saturation: Double, at place: Int) {
        if saturation > saturations[place] { saturations[place] = saturation }
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
        guard let array = word.list.rows else { return word.share(Int(row), place: nil, scores) ?? -1 }
        // Rows are mostly asked for in their order.
        let last = places[number] < word.list.count && array[places[number]] <= row ? places[number] : 0
        places[number] = gallop(array, notBelow: row, in: last..<word.list.count)
        return word.share(Int(row), place: places[number], scores) ?? -1
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
