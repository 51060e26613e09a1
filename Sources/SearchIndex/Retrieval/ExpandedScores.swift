/// Text scores of some rows where words stand for several terms: of a word's terms in a row the best counts.
final class ExpandedScores: RowScores {
    private let query: SegmentQuery
    private let postings: PostingSaturations
    /// Ascending; the caller's.
    private let rows: UnsafeBufferPointer<UInt32>
    /// Best saturated frequency by word and row; below 0 where the row does not hold the word. Where rows must hold all words, those
    /// of one term each are looked up when a row is scored: the rows stand in their lists.
    private let saturations: UnsafeMutableBufferPointer<Double>
    private let isWanted: UnsafeMutableBufferPointer<UInt64>

    /// Reads the postings of all terms. O(postings of expanded words).
    init(_ query: SegmentQuery, rows: UnsafeBufferPointer<UInt32>, _ postings: PostingSaturations) {
        self.query = query
        self.postings = postings
        self.rows = rows
        saturations = .allocate(capacity: rows.count * query.words.count)
        saturations.initialize(repeating: -1)
        isWanted = .allocate(capacity: RowGroup.wordCount(rows: query.snapshot.rowCount))
        isWanted.initialize(repeating: 0)
        for row in rows { isWanted[Int(row >> 6)] |= 1 << UInt64(row & 63) }
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
        for place in 0..<rows.count where saturations[number &* rows.count &+ place] < 0 {
            isWanted[Int(rows[place] >> 6)] &= ~(1 << UInt64(rows[place] & 63))
        }
    }

    deinit {
        saturations.deallocate()
        isWanted.deallocate()
    }

    private func add(_ terms: QueryTerms, to base: Int) {
        let lists = query.snapshot.postings.lists
        switch terms {
        case .numbers(let numbers):
            for term in numbers {
                let list = lists[term]
                if let array = list.rows { add(array, term..<(term + 1), count: list.count, to: base) } else { addBits(term, to: base) }
            }
        case .range(let range):
            // The arrays of neighbours in the dictionary lie one behind the other.
            var first = range.lowerBound
            while first < range.upperBound {
                if lists.isDense(first) {
                    addBits(first, to: base)
                    first += 1
                    continue
                }
                var end = first
                var count = 0
                while end < range.upperBound, !lists.isDense(end) {
                    count += Int(lists.counts[end])
                    end += 1
                }
                if let array = lists[first].rows { add(array, first..<end, count: count, to: base) }
                first = end
            }
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
        guard let isWanted = isWanted.baseAddress else { return }
        let counts = query.snapshot.postings.lists.counts
        var (term, start) = (terms.lowerBound, 0)
        for at in 0..<count {
            let row = array[at]
            if isWanted[Int(row >> 6)] >> UInt64(row & 63) & 1 == 0 { continue }
            while at >= start &+ Int(counts[term]) {
                start &+= Int(counts[term])
                term &+= 1
            }
            if let place = place(of: Int(row)) { add(term, at &- start, at: base &+ place, row: Int(row)) }
        }
    }

    private func add(_ term: Int, _ posting: Int, at place: Int, row: Int) {
        let posting = Int(query.snapshot.postings.starts[term]) &+ posting
        guard let saturation = postings.saturation(posting: posting, row: row) else { return }
        saturations[place] = max(saturations[place], saturation)
    }

    private func place(of row: Int) -> Int? {
        guard let base = rows.baseAddress else { return nil }
        let at = lowerBound(base, UInt32(truncatingIfNeeded: row), in: 0..<rows.count)
        return at < rows.count && base[at] == UInt32(truncatingIfNeeded: row) ? at : nil
    }

    /// `nil` when the row does not match the words, or is none of the rows.
    func textScore(_ row: Int) -> Double? { place(of: row).flatMap(textScore(at:)) }

    /// A word's share of the score; below 0 where the row does not hold it.
    @inline(__always)
    private func share(word number: Int, at place: Int) -> Double {
        if query.words[number].isExpanded || !query.matchesAllWords {
            let saturation = saturations[number &* rows.count &+ place]
            return saturation < 0 ? -1 : query.words[number].idf * saturation
        }
        return query.words[number].share(Int(rows[place]), place: nil, postings) ?? -1
    }

    func textScore(at place: Int) -> Double? {
        if isWanted[Int(rows[place] >> 6)] >> UInt64(rows[place] & 63) & 1 == 0 { return nil }
        if query.matchesAllWords {
            for number in query.words.indices where query.words[number].isExpanded {
                if saturations[number &* rows.count &+ place] < 0 { return nil }
            }
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
