/// Looks at every row of the query's rarest source: for few rows, and for words that stand for several terms. Of such a word's
/// rows a `RowFilter` passes over most that do not hold another.
struct CandidateRetrieval: RowScores {
    private let query: SegmentQuery
    private let segment: Int
    private let source: Source
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
        let facets = SegmentFacets(query.query, in: query.snapshot)
        if query.words.contains(where: \.isExpanded) {
            retrieval.collectExpanded(facets, &collector)
        } else {
            retrieval.collectSingleTerms(facets, &collector)
        }
        collector.add(facets)
    }

    /// Only counts, without a look at scores where the words' lists tell all. Words of several terms are not for it.
    static func count(_ query: SegmentQuery, into collector: inout Collector) {
        let retrieval = CandidateRetrieval(query, segment: 0)
        let facets = SegmentFacets(query.query, in: query.snapshot)
        let others = RowIntersection(retrieval.requiredLists)
        let listsTellAll = query.words.allSatisfy { $0.isExact && $0.outside.count == 0 }
        retrieval.forEachCandidate { row, _ in
            guard others.holds(row), retrieval.isInAreaWindow(row), query.filterMatches(row, testsSingleTags: false),
                listsTellAll || query.textScore(row) != nil
            else { return }
            collector.count(row, facets, query, retrieval)
        }
        collector.add(facets)
    }

    /// Rows this path would look at.
    static func cost(_ query: SegmentQuery) -> Int { rarestSource(query).count }

    private init(_ query: SegmentQuery, segment: Int) {
        self.query = query
        self.segment = segment
        source = CandidateRetrieval.rarestSource(query).source
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

    private func collectSingleTerms(_ facets: SegmentFacets, _ collector: inout Collector) {
        let textBound = query.words.reduce(0) { $0 + $1.greatestScore } * (1 + 1e-12)
        let counts = query.query.countsAnything
        let isByText = if case .text = query.query.order { true } else { false }
        var required = requiredLists
        let (ownList, ownNumber) = singleSource
        let partner = ownList.flatMap { takePartner(of: $0, from: &required) }
        let others = RowIntersection(required)
        func consider(_ row: Int, _ place: Int?, _ partnerPlace: Int?) {
            guard others.holds(row), isInAreaWindow(row) else { return }
            func knownPlace(_ word: Int) -> Int? {
                word == ownNumber ? place : word == partner?.number ? partnerPlace : others.place(inList: word)
            }
            if isByText, !counts {
                // Most rows end at their score, which is cheaper than what else is asked.
                guard let textScore = query.textScore(row, place: knownPlace), collector.canEnter(key: textScore),
                    query.filterMatches(row, testsSingleTags: false)
                else { return }
                collector.rank(row, textScore: textScore, query, segment: segment, self)
                return
            }
            guard query.filterMatches(row, testsSingleTags: false) else { return }
            if counts {
                guard let textScore = query.textScore(row, place: knownPlace) else { return }
                collector.count(row, facets, query, self)
                collector.rank(row, textScore: textScore, query, segment: segment, self)
                return
            }
            if query.bounds.usesDistance {
                let bound = query.bounds.key(
                    best: query.snapshot.signals.stored(row), textScore: textBound,
                    leastMetres: query.bounds.leastMetres(row, query.snapshot.columns))
                guard collector.canEnter(key: bound) else { return }
            }
            guard let textScore = query.textScore(row, place: knownPlace) else { return }
            collector.rank(row, textScore: textScore, query, segment: segment, self)
        }
        if let ownList, let partner {
            forEachCommonRow(ownList, partner.list, consider)
        } else {
            forEachCandidate { consider($0, $1, nil) }
        }
    }

    /// The list of the source, where it is one, with its number among the required ones.
    private var singleSource: (list: RowList?, number: Int) {
        switch source {
        case .tags(let number): (query.tags[number].single, query.words.count + number)
        case .word(let number): (query.words[number].isExpanded ? nil : query.words[number].list, number)
        case .anyWord, .allRows: (nil, -1)
        }
    }

    /// Takes out the list to walk in step with the source's: an array that is not much longer.
    private func takePartner(
        of source: RowList, from lists: inout [(number: Int, list: RowList)]
    ) -> (number: Int, list: RowList)? {
        var best: Int?
        for place in lists.indices where lists[place].list.rows != nil && lists[place].list.count < source.count * 64 {
            if let known = best, lists[known].list.count <= lists[place].list.count { continue }
            best = place
        }
        guard source.rows != nil, let best else { return nil }
        return lists.remove(at: best)
    }

    func textScore(_ row: Int) -> Double? { query.filterMatches(row) ? query.textScore(row) : nil }

    /// Lists a row must stand in, but for the source's own.
    /// Those of words bear the words' numbers, those of tags come behind.
    private var requiredLists: [(number: Int, list: RowList)] {
        var lists: [(number: Int, list: RowList)] = []
        for (number, choice) in query.tags.enumerated() {
            if case .tags(number) = source { continue }
            if let list = choice.single { lists.append((query.words.count + number, list)) }
        }
        guard query.matchesAllWords else { return lists }
        for (number, word) in query.words.enumerated() where !word.isExpanded {
            if case .word(number) = source { continue }
            lists.append((number, word.list))
        }
        return lists
    }

    @inline(__always)
    private func isInAreaWindow(_ row: Int) -> Bool { windowsInArea.isEmpty || windowsInArea[row / RowGroup.windowRows] }

    // MARK: Words of several terms

    private func collectExpanded(_ facets: SegmentFacets, _ collector: inout Collector) {
        guard let saturations = query.saturations else { return }
        let buffer = UnsafeMutableBufferPointer<UInt32>.allocate(capacity: CandidateRetrieval.cost(query))
        defer { buffer.deallocate() }
        let count = fillMatches(buffer)
        let rows = UnsafeBufferPointer(rebasing: buffer[..<count])
        let scores = ExpandedScores(query, rows: rows, saturations)
        let counts = query.query.countsAnything
        let isByText = if case .text = query.query.order { !counts } else { false }
        for place in 0..<count {
            let least = isByText ? collector.leastKey : -.infinity
            guard let textScore = scores.textScore(at: place, atLeast: least) else { continue }
            let row = Int(rows[place])
            if counts { collector.count(row, facets, query, scores) }
            collector.rank(row, textScore: textScore, query, segment: segment, scores)
        }
    }

    /// Gathers rows, ascending: all that match are among them, and words of several terms are still to be tested. Returns their
    /// number.
    private func fillMatches(_ buffer: UnsafeMutableBufferPointer<UInt32>) -> Int {
        let others = RowIntersection(requiredLists)
        var count = 0
        guard case .word(let word) = source, query.words[word].isExpanded, let filter = filter(forSource: word) else {
            forEachCandidate { row, _ in
                guard meetsRest(row, others) else { return }
                buffer[count] = UInt32(truncatingIfNeeded: row)
                count &+= 1
            }
            return count
        }
        query.expansions[word].forEach { term in
            let list = query.snapshot.postings.lists[term]
            guard let array = list.rows else { return }
            filter.forEachPassing(array, count: list.count) { place in
                guard meetsRest(Int(array[place]), others) else { return }
                buffer[count] = array[place]
                count &+= 1
            }
            others.restart()
        }
        return sortUniquely(UnsafeMutableBufferPointer(rebasing: buffer[..<count]))
    }

    @inline(__always)
    private func meetsRest(_ row: Int, _ others: RowIntersection) -> Bool {
        others.holds(row) && isInAreaWindow(row) && query.filterMatches(row, testsSingleTags: false)
    }

    /// Of the rows of another word, where both words' terms are arrays. `nil` where reading those rows would cost more than
    /// passing over some of the source's saves.
    private func filter(forSource word: Int) -> RowFilter? {
        let arrays = query.words.indices.filter { areArrays(query.expansions[$0]) }
        guard arrays.contains(word),
            let other = arrays.filter({ $0 != word }).min(by: { query.words[$0].postingCount < query.words[$1].postingCount }),
            query.words[other].postingCount < 8 * query.words[word].postingCount
        else { return nil }
        let filter = RowFilter(capacity: query.words[other].postingCount, rowCount: query.snapshot.rowCount)
        query.expansions[other].forEach { term in
            let list = query.snapshot.postings.lists[term]
            filter.insert(UnsafeBufferPointer(start: list.rows, count: list.count))
        }
        return filter
    }

    private func areArrays(_ terms: QueryTerms) -> Bool {
        var areArrays = true
        terms.forEach { areArrays = areArrays && !query.snapshot.postings.lists.isDense($0) }
        return areArrays
    }

    /// Puts rows in order, each once. Returns how many there are. O(n log n) for few, O(n + rows of the segment / 64) for more.
    private func sortUniquely(_ rows: UnsafeMutableBufferPointer<UInt32>) -> Int {
        var (rows, count) = (rows, 0)
        func keep(_ row: UInt32) {
            rows[count] = row
            count &+= 1
        }
        if rows.count * 1024 > query.snapshot.rowCount {
            forEachRow { words in
                for row in rows { words[Int(row >> 6)] |= 1 << UInt64(row & 63) }
            } _: { row in keep(UInt32(truncatingIfNeeded: row)) }
        } else {
            rows.sort()
            for row in rows where count == 0 || rows[count &- 1] != row { keep(row) }
        }
        return count
    }

    // MARK: The source

    @inline(__always)
    private func forEachCandidate(_ body: (_ row: Int, _ place: Int?) -> Void) {
        let rowCount = query.snapshot.rowCount
        switch source {
        case .tags(let number):
            let choice = query.tags[number]
            if let list = choice.single {
                list.forEach(rowCount: rowCount) { body($0, $1) }
            } else {
                forEachRow(ofAny: choice.lists, body)
            }
        case .word(let word):
            if query.words[word].isExpanded {
                forEachRow(ofAny: lists(of: [query.expansions[word]]), body)
            } else {
                query.words[word].list.forEach(rowCount: rowCount) { body($0, $1) }
            }
        case .anyWord: forEachRow(ofAny: lists(of: query.expansions), body)
        case .allRows: for row in 0..<rowCount { body(row, nil) }
        }
    }

    private func lists(of expansions: [QueryTerms]) -> [RowList] {
        var lists: [RowList] = []
        for terms in expansions { terms.forEach { lists.append(query.snapshot.postings.lists[$0]) } }
        return lists
    }

    private func forEachRow(ofAny lists: [RowList], _ body: (_ row: Int, _ place: Int?) -> Void) {
        let wordCount = RowGroup.wordCount(rows: query.snapshot.rowCount)
        forEachRow { words in
            for list in lists { list.add(to: words, wordCount: wordCount) }
        } _: { body($0, nil) }
    }

    /// Calls `body` with the rows of a bit set over the segment, ascending.
    /// - Parameter fill: sets bits in words of 0.
    private func forEachRow(_ fill: (_ words: UnsafeMutablePointer<UInt64>) -> Void, _ body: (_ row: Int) -> Void) {
        let wordCount = RowGroup.wordCount(rows: query.snapshot.rowCount)
        let words = UnsafeMutablePointer<UInt64>.allocate(capacity: wordCount)
        defer { words.deallocate() }
        words.initialize(repeating: 0, count: wordCount)
        fill(words)
        for index in 0..<wordCount {
            var bits = words[index]
            while bits != 0 {
                body(index << 6 | bits.trailingZeroBitCount)
                bits &= bits &- 1
            }
        }
    }
}
