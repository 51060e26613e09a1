/// Reads the rows of each word in the order of what they score, and stops when no row left unread can be among the best:
/// the threshold algorithm (Fagin, Lotem & Naor 2003, "Optimal aggregation algorithms for middleware"). For an order by
/// text in which nothing else is asked.
struct ImpactRetrieval: RowScores {
    private let query: SegmentQuery
    private let segment: Int
    private let saturations: PostingSaturations
    private let fieldSet: Int
    private let knownScoring: Int

    /// Rows of a term that are read one by one when its impact list has come to its end.
    private static let fewRows = 4096
    /// Lists are too short for longer answers.
    private static let greatestLimit = 256

    /// Whether this path can answer a query, and is likely to do so with less work than looking at the candidates.
    static func serves(_ query: SegmentQuery) -> Bool {
        guard case .text = query.query.order, query.knownScoring != nil, query.query.limit <= greatestLimit, query.asksForWordsOnly
        else { return false }
        let isExpanded = query.words.contains(where: \.isExpanded)
        // The rows of several terms are looked at anyway to be counted.
        if isExpanded, query.query.countsAnything { return false }
        if query.words.count == 1 { return true }
        if isExpanded { return false }
        if !query.matchesAllWords { return true }
        // As many as there would be if words met by chance: too few, and the lists end before enough are found.
        let rowCount = Double(query.snapshot.rowCount)
        let expected = query.words.reduce(rowCount) { $0 * Double($1.matchCount) / rowCount }
        return expected > Double(16 * (query.query.limit + 1))
    }

    /// Adds the segment's best rows to the collector. Returns whether they are complete; if not, rows that were not read
    /// have no greater shares than the query's words then tell.
    static func run(_ query: SegmentQuery, segment: Int, into collector: inout Collector) -> Bool {
        guard let saturations = query.saturations, let scoring = query.scoring, let knownScoring = query.knownScoring else {
            return false
        }
        collector.allowRepeats()
        let retrieval = ImpactRetrieval(
            query: query, segment: segment, saturations: saturations, fieldSet: scoring.fieldSet, knownScoring: knownScoring)
        return query.words.count == 1 ? retrieval.readOneWord(&collector) : retrieval.readWords(&collector)
    }

    func textScore(_ row: Int) -> Double? {
        if query.deleted.contains(row) { return nil }
        guard let terms = query.expansions.first, query.words[0].isExpanded else { return query.textScore(row) }
        var best: Double?
        terms.forEach { term in
            if let key = key(row, term: term) { best = max(best ?? key, key) }
        }
        return best
    }

    // MARK: One word

    /// What is still to be read of a term.
    private enum Reading: BitwiseCopyable {
        /// The list from a place on, of which only the level is known.
        case level(term: Int, place: Int)
        /// The rest of a level whose rows are alike; the first of them stands just at the bound.
        case run(term: Int, place: Int, key: Double)
        /// A row that stands just at the bound.
        case single(row: Int, key: Double)
        /// The rows the list leaves out.
        case rest(term: Int)
    }

    /// Merges the lists of the word's terms. Rows come in the order of their scores, so a row's best term comes first.
    private func readOneWord(_ collector: inout Collector) -> Bool {
        guard let terms = query.expansions.first else { return true }
        var heap = BoundHeap<Reading>()
        var lastRest: Int?
        terms.forEach { pushLevel(of: list(of: $0), $0, from: 0, &heap, collector) }
        while let entry = heap.popBest(), collector.canEnter(entry.bound) {
            switch entry.item {
            case .level(let term, let place): readLevel(of: term, from: place, &heap, collector)
            case .run(let term, let place, let key):
                let list = list(of: term)
                rank(list.row(place), key: key, &collector)
                pushRun(of: list, term, after: place, key: key, &heap, collector)
            case .single(let row, let key): rank(row, key: key, &collector)
            case .rest(let term):
                if term == lastRest { continue }
                lastRest = term
                let all = query.snapshot.postings.lists[term]
                if all.count > ImpactRetrieval.fewRows {
                    query.lower(word: 0, to: entry.bound.key)
                    return false
                }
                all.forEach(rowCount: query.snapshot.rowCount) { row, _ in
                    guard let key = key(row, term: term), collector.canEnter(key: key) else { return }
                    push(.single(row: row, key: key), position(row, key), &heap, collector)
                }
            }
        }
        return true
    }

    private func rank(_ row: Int, key: Double, _ collector: inout Collector) {
        if query.deleted.contains(row) { return }
        // A row in front of the cursor comes again for its lesser terms.
        if query.query.after != nil, query.words[0].isExpanded, textScore(row) != key { return }
        collector.rank(row, textScore: key, query, segment: segment, self)
    }

    private func position(_ row: Int, _ key: Double) -> SortPosition {
        SortPosition(key: key, id: query.snapshot.columns.ids[row])
    }

    private func push(
        _ reading: Reading, _ bound: SortPosition, _ heap: inout BoundHeap<Reading>, _ collector: Collector
    ) {
        if collector.canEnter(bound) { heap.push(.init(bound: bound, item: reading)) }
    }

    /// Scores the row at a place, which stands for all of its level where they are alike.
    private func readLevel(of term: Int, from place: Int, _ heap: inout BoundHeap<Reading>, _ collector: Collector) {
        let list = list(of: term)
        let row = list.row(place)
        guard let key = key(row, term: term) else { return }
        // Mean lengths may have moved since the levels were worked out, so what comes behind is not sure to score less.
        if list.isLevelAlike(place) {
            push(.run(term: term, place: place, key: key), position(row, key), &heap, collector)
            pushLevel(of: list, term, from: list.endOfLevel(at: place, before: rowsEnd(list, term)), &heap, collector)
        } else {
            push(.single(row: row, key: key), position(row, key), &heap, collector)
            pushLevel(of: list, term, from: place + 1, &heap, collector)
        }
    }

    /// Puts off a list from a place on, be it only what it leaves out.
    private func pushLevel(
        of list: ImpactList, _ term: Int, from place: Int, _ heap: inout BoundHeap<Reading>, _ collector: Collector
    ) {
        guard place < list.count else { return }
        if place < rowsEnd(list, term) {
            push(.level(term: term, place: place), levelBound(list, place), &heap, collector)
        } else {
            // Rows left out may be of the last level, unless they are alike: then its run goes on to them.
            let known = list.isLevelAlike(place - 1) ? place : place - 1
            push(.rest(term: term), levelBound(list, known), &heap, collector)
        }
    }

    /// Puts off what follows a place in a level of rows that are alike.
    private func pushRun(
        of list: ImpactList, _ term: Int, after place: Int, key: Double, _ heap: inout BoundHeap<Reading>,
        _ collector: Collector
    ) {
        let (next, end) = (place + 1, rowsEnd(list, term))
        if next == end {
            if end < list.count { push(.rest(term: term), position(list.row(place), key), &heap, collector) }
        } else if list.level(next) == list.level(place) {
            push(.run(term: term, place: next, key: key), position(list.row(next), key), &heap, collector)
        }
    }

    /// The place of a list's end mark, or its count when it leaves no row out.
    private func rowsEnd(_ list: ImpactList, _ term: Int) -> Int {
        list.rowEntries(ofTermIn: query.snapshot.postings.documentFrequency(of: term, fieldSet: fieldSet))
    }

    private func list(of term: Int) -> ImpactList { query.snapshot.postings.impacts.list(of: term, scoring: knownScoring) }

    private func levelBound(_ list: ImpactList, _ place: Int) -> SortPosition {
        SortPosition(key: Double(list.level(place)) * query.words[0].maximumUnit, id: .min)
    }

    private func key(_ row: Int, term: Int) -> Double? {
        guard let place = query.snapshot.postings.lists[term].place(of: row) else { return nil }
        let posting = Int(query.snapshot.postings.starts[term]) &+ place
        let saturation = saturations.saturation(posting: posting, row: row)
        return saturation < 0 ? nil : query.words[0].idf * saturation
    }

    // MARK: Several words

    private struct Cursor: BitwiseCopyable {
        let list: ImpactList
        /// Entries that are rows.
        let rowCount: Int
        /// What the list leaves out; 0 when it leaves nothing.
        let restCount: Int
        /// What `bound` is at the end of a list that leaves rows out, else 0.
        let endBound: Double
        var place = 0
        /// Not below what the word adds to the score of any row unread.
        var bound: Double

        var isAtEnd: Bool { place == rowCount }
    }

    private func readWords(_ collector: inout Collector) -> Bool {
        withUnsafeTemporaryAllocation(of: Cursor.self, capacity: query.words.count) { cursors in
            for (number, word) in query.words.enumerated() { cursors.initializeElement(at: number, to: cursor(word)) }
            while true {
                var (sum, best) = (0.0, -1)
                for number in cursors.indices {
                    sum += cursors[number].bound
                    if !cursors[number].isAtEnd, best < 0 || cursors[number].bound > cursors[best].bound { best = number }
                }
                if !collector.canEnter(key: sum * (1 + 1e-12)) { return true }
                if best < 0 || isHopeless(cursors, collector) { break }
                read(best, cursors, &collector)
                if cursors[best].bound == 0, query.matchesAllWords { return true }
            }
            for number in cursors.indices { query.lower(word: number, to: cursors[number].bound) }
            return readRestOfRequiredWord(cursors, &collector)
        }
    }

    /// Looks at all rows of the rarest word that the best cannot do without, if there is one in few rows.
    private func readRestOfRequiredWord(
        _ cursors: UnsafeMutableBufferPointer<Cursor>, _ collector: inout Collector
    ) -> Bool {
        let bound = query.words.reduce(0) { $0 + $1.greatestScore }
        let required = query.words.indices.filter {
            query.matchesAllWords || (bound - query.words[$0].greatestScore) * (1 + 1e-12) < collector.leastKey
        }
        guard let number = required.min(by: { query.words[$0].list.count < query.words[$1].list.count }),
            query.words[number].list.count * 16 < query.snapshot.rowCount
        else { return false }
        let word = query.words[number]
        let others = bound - word.greatestScore
        word.list.forEach(rowCount: query.snapshot.rowCount) { row, place in
            guard let share = word.share(row, place: place, saturations),
                (share + others) * (1 + 1e-12) >= collector.leastKey
            else { return }
            consider(row, of: number, share: share, cursors, &collector)
        }
        return true
    }

    /// Whether the ends of the lists are still above the best, after a part of the lists that finds most of the best.
    private func isHopeless(_ cursors: UnsafeMutableBufferPointer<Cursor>, _ collector: Collector) -> Bool {
        var (read, all, end) = (0, 0, 0.0)
        for cursor in cursors {
            read += cursor.place
            all += cursor.rowCount
            end += cursor.endBound
        }
        return read * 4 > all && collector.canEnter(key: end)
    }

    private func cursor(_ word: SegmentWord) -> Cursor {
        guard let list = word.impacts, list.count > 0 else {
            return Cursor(list: query.snapshot.postings.impacts.none, rowCount: 0, restCount: 0, endBound: 0, bound: 0)
        }
        let rowCount = list.rowEntries(ofTermIn: word.matchCount)
        let restCount = word.matchCount - rowCount
        func share(_ place: Int) -> Double { Double(list.level(place)) * word.maximumUnit }
        return Cursor(
            list: list, rowCount: rowCount, restCount: restCount, endBound: restCount > 0 ? share(rowCount - 1) : 0, bound: share(0))
    }

    /// Reads some of a word's rows.
    private func read(_ number: Int, _ cursors: UnsafeMutableBufferPointer<Cursor>, _ collector: inout Collector) {
        let (cursor, unit) = (cursors[number], query.words[number].maximumUnit)
        let end = min(cursor.place + 32, cursor.rowCount)
        for place in cursor.place..<end {
            let share = Double(cursor.list.level(place)) * unit
            consider(cursor.list.row(place), of: number, share: share, cursors, &collector)
        }
        cursors[number].place = end
        if end < cursor.rowCount {
            cursors[number].bound = Double(cursor.list.level(end)) * unit
        } else if cursor.restCount > ImpactRetrieval.fewRows {
            cursors[number].bound = cursor.endBound
        } else {
            if cursor.restCount > 0 {
                query.words[number].list.forEach(rowCount: query.snapshot.rowCount) { row, _ in
                    consider(row, of: number, share: cursor.endBound, cursors, &collector)
                }
            }
            cursors[number].bound = 0
        }
    }

    /// - Parameter share: not below that of the word the row was read for.
    @inline(__always)
    private func consider(
        _ row: Int, of number: Int, share: Double, _ cursors: UnsafeMutableBufferPointer<Cursor>, _ collector: inout Collector
    ) {
        var bound = share
        for other in cursors.indices where other != number {
            let word = query.words[other]
            if word.list.bits == nil {
                bound += cursors[other].bound
            } else if word.list.contains(row) {
                // Were it greater than what the cursor stands at, the row would have been read before.
                bound += min(cursors[other].bound, word.leafBound(row / RowGroup.leafRows))
            } else if query.matchesAllWords {
                return
            }
        }
        guard collector.canEnter(key: bound * (1 + 1e-12)), !query.deleted.contains(row), let textScore = query.textScore(row)
        else { return }
        collector.rank(row, textScore: textScore, query, segment: segment, self)
    }
}
