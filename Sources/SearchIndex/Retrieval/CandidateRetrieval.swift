/// Looks at every row of the query's rarest source: for few rows, and for words that stand for several terms.
struct CandidateRetrieval: RowScores {
    private let query: SegmentQuery
    private let segment: Int
    /// Windows that touch the area; empty without one.
    private let windowsInArea: [Bool]

    /// What must hold a row for it to match, and how many rows it holds at most.
    private enum Source {
        case tags(Int)
        case word(Int)
        case anyWord
        case allRows
    }

    /// Adds the segment's best rows, and what is counted, to the collector.
    static func run(_ query: SegmentQuery, segment: Int, into collector: inout Collector) {
        let retrieval = CandidateRetrieval(query, segment: segment)
        var facets = SegmentFacets(query.query.tagFacets, in: query.snapshot)
        if query.words.contains(where: \.isExpanded) {
            retrieval.collectExpanded(&facets, &collector)
        } else {
            retrieval.collectSingleTerms(&facets, &collector)
        }
        collector.add(facets)
    }

    /// Rows this path would look at.
    static func cost(_ query: SegmentQuery) -> Int { rarestSource(query).count }

    private init(_ query: SegmentQuery, segment: Int) {
        self.query = query
        self.segment = segment
        let nodes = query.snapshot.nodes
        windowsInArea = query.area.map { area in
            (0..<nodes.windowCount).map { area.relation(to: nodes.boxes[nodes.firstNode(.window) + $0]) != .outside }
        } ?? []
    }

    private static func rarestSource(_ query: SegmentQuery) -> (source: Source, count: Int) {
        var best = (source: Source.allRows, count: query.snapshot.rowCount)
        func offer(_ source: Source, _ count: Int) {
            if count < best.count { best = (source, count) }
        }
        for (number, choice) in query.tags.enumerated() { offer(.tags(number), choice.greatestCount) }
        if query.matchesAllWords {
            for (number, word) in query.words.enumerated() { offer(.word(number), word.postingCount) }
        } else if !query.words.isEmpty {
            offer(.anyWord, query.words.reduce(0) { $0 + $1.postingCount })
        }
        return best
    }

    // MARK: Words of one term each

    private func collectSingleTerms(_ facets: inout SegmentFacets, _ collector: inout Collector) {
        let textBound = query.words.reduce(0) { $0 + $1.greatestScore } * (1 + 1e-12)
        let counts = query.query.countsAnything
        var others = RowIntersection(requiredLists)
        forEachCandidate { row in
            guard others.holds(row), filterMatches(row) else { return }
            if counts {
                guard let textScore = query.textScore(row) else { return }
                collector.count(row, &facets, query, self)
                collector.rank(row, textScore: textScore, query, segment: segment, self)
                return
            }
            if query.bounds.usesDistance {
                let bound = SortPosition(
                    key: query.bounds.key(
                        best: query.snapshot.signals.stored(row), textScore: textBound,
                        leastMetres: query.bounds.leastMetres(row, query.snapshot.columns)),
                    id: query.snapshot.columns.ids[row])
                guard collector.canEnter(bound) else { return }
            }
            guard let textScore = query.textScore(row) else { return }
            collector.rank(row, textScore: textScore, query, segment: segment, self)
        }
    }

    func textScore(_ row: Int) -> Double? { query.filterMatches(row) ? query.textScore(row) : nil }

    /// Lists a row must stand in, but for the source's own.
    private var requiredLists: [RowList] {
        let source = CandidateRetrieval.rarestSource(query).source
        var lists: [RowList] = []
        for (number, choice) in query.tags.enumerated() {
            if case .tags(number) = source { continue }
            if let list = choice.single { lists.append(list) }
        }
        guard query.matchesAllWords else { return lists }
        for (number, word) in query.words.enumerated() where !word.isExpanded {
            if case .word(number) = source { continue }
            lists.append(word.list)
        }
        return lists
    }

    @inline(__always)
    private func filterMatches(_ row: Int) -> Bool {
        (windowsInArea.isEmpty || windowsInArea[row / RowGroup.windowRows]) && query.filterMatches(row)
    }

    // MARK: Words of several terms

    private func collectExpanded(_ facets: inout SegmentFacets, _ collector: inout Collector) {
        guard let scoring = query.scoring else { return }
        var others = RowIntersection(requiredLists)
        var rows: [UInt32] = []
        forEachCandidate { row in
            if others.holds(row), filterMatches(row) { rows.append(UInt32(row)) }
        }
        let scores = ExpandedScores(query, rows: rows, scoring: scoring)
        let counts = query.query.countsAnything
        for place in rows.indices {
            guard let textScore = scores.textScore(at: place) else { continue }
            let row = Int(rows[place])
            if counts { collector.count(row, &facets, query, scores) }
            collector.rank(row, textScore: textScore, query, segment: segment, scores)
        }
    }

    // MARK: The source

    @inline(__always)
    private func forEachCandidate(_ body: (Int) -> Void) {
        let rowCount = query.snapshot.rowCount
        switch CandidateRetrieval.rarestSource(query).source {
        case .tags(let number):
            let choice = query.tags[number]
            if let list = choice.single {
                list.forEach(rowCount: rowCount) { row, _ in body(row) }
            } else {
                forEachRow(ofAny: choice.lists, body)
            }
        case .word(let word):
            if query.words[word].isExpanded {
                forEachRow(ofAny: lists(of: [query.expansions[word]]), body)
            } else {
                query.words[word].list.forEach(rowCount: rowCount) { row, _ in body(row) }
            }
        case .anyWord: forEachRow(ofAny: lists(of: query.expansions), body)
        case .allRows: for row in 0..<rowCount { body(row) }
        }
    }

    private func lists(of expansions: [QueryTerms]) -> [RowList] {
        var lists: [RowList] = []
        for terms in expansions { terms.forEach { lists.append(query.snapshot.postings.lists[$0]) } }
        return lists
    }

    private func forEachRow(ofAny lists: [RowList], _ body: (Int) -> Void) {
        var words = [UInt64](repeating: 0, count: RowGroup.wordCount(rows: query.snapshot.rowCount))
        for list in lists { list.add(to: &words) }
        for index in words.indices {
            var bits = words[index]
            while bits != 0 {
                body(index << 6 | bits.trailingZeroBitCount)
                bits &= bits &- 1
            }
        }
    }
}

/// Text scores of some rows where words stand for several terms: of a word's terms in a row the best counts.
private struct ExpandedScores: RowScores {
    private let query: SegmentQuery
    private let scoring: BM25F
    private let rows: [UInt32]
    /// Best frequency by word and row; below 0 where the row does not hold the word.
    private var frequencies: [Double]

    /// - Parameter rows: ascending.
    init(_ query: SegmentQuery, rows: [UInt32], scoring: BM25F) {
        self.query = query
        self.scoring = scoring
        self.rows = rows
        frequencies = Array(repeating: -1, count: rows.count * query.words.count)
        var isWanted = [UInt64](repeating: 0, count: RowGroup.wordCount(rows: query.snapshot.rowCount))
        for row in rows { isWanted[Int(row >> 6)] |= 1 << UInt64(row & 63) }
        for (number, terms) in query.expansions.enumerated() {
            terms.forEach { addTerm($0, to: number * rows.count, isWanted) }
        }
    }

    private mutating func addTerm(_ term: Int, to base: Int, _ isWanted: [UInt64]) {
        let postings = query.snapshot.postings
        let list = postings.lists[term]
        if list.bits != nil || list.count > rows.count * 16 {
            for place in rows.indices {
                if let posting = list.place(of: Int(rows[place])) { add(term, posting, at: base + place, row: Int(rows[place])) }
            }
            return
        }
        list.forEach(rowCount: query.snapshot.rowCount) { row, posting in
            guard isWanted[row >> 6] >> UInt64(row & 63) & 1 == 1, let place = place(of: row) else { return }
            add(term, posting, at: base + place, row: row)
        }
    }

    private mutating func add(_ term: Int, _ posting: Int, at place: Int, row: Int) {
        guard let frequency = query.snapshot.frequency(term: term, place: posting, row: row, scoring: scoring) else { return }
        frequencies[place] = max(frequencies[place], frequency)
    }

    private func place(of row: Int) -> Int? {
        rows.withUnsafeBufferPointer { buffer in
            guard let base = buffer.baseAddress else { return nil }
            let at = lowerBound(base, UInt32(row), in: 0..<buffer.count)
            return at < buffer.count && base[at] == UInt32(row) ? at : nil
        }
    }

    /// `nil` when the row does not match the words, or is none of the rows.
    func textScore(_ row: Int) -> Double? { place(of: row).flatMap(textScore(at:)) }

    func textScore(at place: Int) -> Double? {
        var (sum, found) = (0.0, 0)
        for (number, word) in query.words.enumerated() {
            let frequency = frequencies[number * rows.count + place]
            if frequency < 0 {
                if query.matchesAllWords { return nil }
                continue
            }
            found += 1
            sum += scoring.score(frequency: frequency, idf: word.idf)
        }
        return found > 0 || query.matchesAllWords ? sum : nil
    }
}
