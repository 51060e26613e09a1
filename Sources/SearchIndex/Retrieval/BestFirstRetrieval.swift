/// A run of rows: its number in the `NodeTable`, and of a leaf the rows that may match.
private struct RowRun: BitwiseCopyable {
    var node: Int
    var rows: (UInt64, UInt64)
}

/// Looks at the most promising runs of rows first, and stops when the best that remain cannot beat what was found.
struct BestFirstRetrieval: RowScores {
    private let query: SegmentQuery
    private let segment: Int
    private let nodes: NodeTable
    /// Rows of the window at hand that may match, a bit each.
    private let candidates: UnsafeMutablePointer<UInt64>
    private let scratch: UnsafeMutablePointer<UInt64>
    /// By word: its rows in the window at hand, where rows need not hold all words.
    private let wordRows: UnsafeMutablePointer<UInt64>
    /// By word and leaf of the window at hand: whether a row holds the word, where rows need not hold all words.
    private let leavesOfWords: UnsafeMutablePointer<UInt32>
    private let leafWords: LeafWords
    /// By word, for sets of words.
    private let wordBounds: UnsafeMutablePointer<Double>
    /// Of 64 rows.
    private let sums: UnsafeMutablePointer<Double>
    private let isByText: Bool
    /// Whether one number of a row is its place in the order.
    private let isBySignal: Bool
    /// Whether rows with the greatest shares were read before, so that what is kept is nearly the best already.
    private let followsImpacts: Bool
    /// Whether the numbers of runs of rows have a say in what is looked at.
    private let readsSignals: Bool

    /// Adds the segment's best rows, and what is counted, to the collector. Words of several terms are not for this path.
    static func run(_ query: SegmentQuery, segment: Int, into collector: inout Collector) {
        with(query, segment: segment, followsImpacts: collector.allowsRepeats) { retrieval in
            retrieval.rank(into: &collector)
            if query.query.countsAnything { retrieval.count(into: &collector) }
        }
    }

    /// Only counts.
    static func count(_ query: SegmentQuery, into collector: inout Collector) {
        with(query, segment: 0, followsImpacts: false) { $0.count(into: &collector) }
    }

    private static func with(_ query: SegmentQuery, segment: Int, followsImpacts: Bool, _ body: (BestFirstRetrieval) -> Void) {
        let wordCount = query.words.count
        let wordBounds = UnsafeMutablePointer<Double>.allocate(capacity: wordCount)
        let leavesOfWords = UnsafeMutablePointer<UInt32>.allocate(capacity: wordCount)
        let leafWords = LeafWords(query)
        let sums = UnsafeMutablePointer<Double>.allocate(capacity: 64)
        sums.initialize(repeating: 0, count: 64)
        defer {
            wordBounds.deallocate()
            sums.deallocate()
            leavesOfWords.deallocate()
            leafWords.deallocate()
        }
        let capacity = (2 + (query.matchesAllWords ? 0 : wordCount)) * RowGroup.windowWords
        withUnsafeTemporaryAllocation(of: UInt64.self, capacity: capacity) { buffer in
            guard let base = buffer.baseAddress else { return }
            let (isByText, isBySignal) =
                switch query.query.order {
                case .text: (true, false)
                case .soonest, .quality, .reviews, .fee: (false, true)
                case .blend, .distance, .id: (false, false)
                }
            let retrieval = BestFirstRetrieval(
                query: query, segment: segment, nodes: query.snapshot.nodes, candidates: base,
                scratch: base + RowGroup.windowWords, wordRows: base + 2 * RowGroup.windowWords,
                leavesOfWords: leavesOfWords, leafWords: leafWords, wordBounds: wordBounds, sums: sums, isByText: isByText,
                isBySignal: isBySignal,
                followsImpacts: followsImpacts, readsSignals: query.bounds.usesSignals || query.testsNumbers)
            body(retrieval)
        }
    }

    // MARK: The best

    private func rank(into collector: inout Collector) {
        var heap = BoundHeap<RowRun>()
        // Where it serves the query, windows are ranked whole.
        let windowScores = WindowScores.serving(query)
        let (firstWindow, firstRegion) = (nodes.firstNode(.window), nodes.firstNode(.region))
        for region in 0..<nodes.regionCount {
            push(firstRegion + region, textBound: textBound { $0.pointee.greatestScore }, to: &heap, collector)
        }
        while let entry = heap.popBest(), collector.canEnter(entry.bound) {
            if entry.item.node >= firstRegion {
                let first = (entry.item.node - firstRegion) * RowGroup.regionWindows
                for window in first..<min(first + RowGroup.regionWindows, nodes.windowCount) {
                    push(firstWindow + window, textBound: textBound { $0.pointee.windowBound(window) }, to: &heap, collector)
                }
            } else if entry.item.node >= firstWindow {
                let window = entry.item.node - firstWindow
                if let windowScores {
                    rank(window, by: windowScores, &collector)
                } else {
                    pushLeaves(of: window, to: &heap, &collector)
                }
            } else {
                visit(entry.item, &collector)
            }
        }
    }

    private func rank(_ window: Int, by scores: WindowScores, _ collector: inout Collector) {
        fillCandidates(window, leastTextScore: collector.leastKey)
        let area = query.area.flatMap { $0.relation(to: nodes.boxes[nodes.firstNode(.window) + window]) == .inside ? nil : $0 }
        let first = window * RowGroup.windowLeaves
        for leaf in first..<min(first + RowGroup.windowLeaves, nodes.leafCount) {
            let place = (leaf - first) << 1
            if candidates[place] | candidates[place | 1] == 0 { continue }
            let isOutside = area.map { $0.relation(to: nodes.boxes[leaf]) == .outside } ?? false
            if isOutside || !collector.canEnter(key: textBound { $0.pointee.leafBound(leaf) }) {
                (candidates[place], candidates[place | 1]) = (0, 0)
            }
        }
        assert(!query.testsNumbers, "WindowScores serves no such query")
        scores.forEachReaching(window, candidates, least: { collector.leastKey }) { row, textScore in
            guard area == nil || query.areaContains(row) else { return }
            collector.rank(row, textScore: textScore, query, segment: segment, self)
        }
    }

    private func pushLeaves(of window: Int, to heap: inout BoundHeap<RowRun>, _ collector: inout Collector) {
        fillCandidates(window, leastTextScore: isByText ? collector.leastKey : -.infinity)
        let first = window * RowGroup.windowLeaves
        for leaf in first..<min(first + RowGroup.windowLeaves, nodes.leafCount) {
            let place = (leaf - first) << 1
            let rows = (candidates[place], candidates[place | 1])
            if rows.0 | rows.1 == 0 { continue }
            let count = rows.0.nonzeroBitCount &+ rows.1.nonzeroBitCount
            if isBySignal, count <= 8, query.words.isEmpty {
                // One number a row decides: asking the leaf for all that it knows costs more.
                if query.tagMinutes.isEmpty || mayHoldSlot(leaf, collector) { considerAll(rows, leaf, &collector) }
                continue
            }
            let bound = query.matchesAllWords ? textBound { $0.pointee.leafBound(leaf) } : textBoundOfAny(leaf, leaf - first)
            guard let position = self.bound(leaf, textBound: bound, collector) else { continue }
            if followsImpacts && collector.isFull || (isBySignal || isByText && collector.isFull) && count <= 8 {
                // Putting them off costs more than looking at so few, and gains nothing where the best are known.
                visit(RowRun(node: leaf, rows: rows), &collector)
            } else {
                heap.push(.init(bound: position, item: RowRun(node: leaf, rows: rows)))
            }
        }
    }

    private func mayHoldSlot(_ leaf: Int, _ collector: Collector) -> Bool {
        let best = best(leaf)
        return query.numbersMayMatch(best: best) && collector.canEnter(key: query.bounds.key(best: best, textScore: 0, leastMetres: 0))
    }

    private func considerAll(_ rows: (UInt64, UInt64), _ leaf: Int, _ collector: inout Collector) {
        for half in 0..<2 {
            var bits = half == 0 ? rows.0 : rows.1
            while bits != 0 {
                consider(leaf << 7 | half << 6 | bits.trailingZeroBitCount, testsArea: query.area != nil, textBound: 0, &collector)
                bits &= bits &- 1
            }
        }
    }

    /// What the words that occur in a leaf can add up to.
    private func textBoundOfAny(_ leaf: Int, _ leafInWindow: Int) -> Double {
        var sum = 0.0
        for number in 0..<query.words.count where leavesOfWords[number] >> UInt32(leafInWindow) & 1 == 1 {
            sum += query.words[number].leafBound(leaf)
        }
        return sum * (1 + 1e-12)
    }

    /// Puts a node on the heap unless nothing in it can match or be among the best.
    private func push(_ node: Int, textBound: Double, to heap: inout BoundHeap<RowRun>, _ collector: Collector) {
        guard let bound = bound(node, textBound: textBound, collector) else { return }
        heap.push(.init(bound: bound, item: RowRun(node: node, rows: (0, 0))))
    }

    /// A position that no row of a node comes before; `nil` when nothing in it can match or be among the best.
    @inline(__always)
    private func bound(_ node: Int, textBound: Double, _ collector: Collector) -> SortPosition? {
        let best = readsSignals ? best(node) : NodeTable.unknown
        if readsSignals, !query.numbersMayMatch(best: best) { return nil }
        if let area = query.area, area.relation(to: nodes.boxes[node]) == .outside { return nil }
        let bound = SortPosition(
            key: query.bounds.key(
                best: best, textScore: textBound, leastMetres: query.bounds.leastMetres(nodes.boxes[node])),
            id: nodes.leastIDs[node])
        return collector.canEnter(bound) ? bound : nil
    }

    /// The best numbers of a node's rows, its slot that of rows with the tags asked for.
    @inline(__always)
    private func best(_ node: Int) -> StoredSignals {
        var best = nodes.best(node)
        for minutes in query.tagMinutes { best.nextAvailableMinute = max(best.nextAvailableMinute, minutes[node]) }
        return best
    }

    @inline(__always)
    private func textBound(_ bound: (UnsafePointer<SegmentWord>) -> Double) -> Double {
        guard let words = query.words.baseAddress else { return 0 }
        var sum = 0.0
        for number in 0..<query.words.count { sum += bound(words + number) }
        // Other words may be added in another order when a row is scored.
        return sum * (1 + 1e-12)
    }

    private func visit(_ run: RowRun, _ collector: inout Collector) {
        let leaf = run.node
        let testsArea = query.area.map { $0.relation(to: nodes.boxes[leaf]) != .inside } ?? false
        leafWords.read(leaf)
        let textBound = leafWords.bound
        var rows = run.rows
        if !query.matchesAllWords, query.words.count > 1 {
            if isByText {
                keepSufficient(&rows, collector)
            } else {
                keepRequired(&rows, leaf, collector)
            }
        }
        if isByText { return rankByText(rows, leaf, testsArea: testsArea, &collector) }
        let leastMetres = query.bounds.leastMetres(nodes.boxes[leaf])
        for half in 0..<2 {
            var bits = half == 0 ? rows.0 : rows.1
            query.bounds.keepPromising(
                &bits, word: leaf << 1 | half, query.snapshot.signals, textScore: textBound, leastMetres: leastMetres,
                atLeast: collector.leastKey, sums)
            while bits != 0 {
                let row = leaf << 7 | half << 6 | bits.trailingZeroBitCount
                bits &= bits &- 1
                consider(row, testsArea: testsArea, textBound: textBound, &collector)
            }
        }
    }

    /// The same in an order by text: most rows end at their score, which is cheaper than what else is asked.
    private func rankByText(_ rows: (UInt64, UInt64), _ leaf: Int, testsArea: Bool, _ collector: inout Collector) {
        var least = collector.leastKey
        for half in 0..<2 {
            var bits = half == 0 ? rows.0 : rows.1
            if bits == 0 { continue }
            leafWords.keepBest(&bits, half: half, ofLeaf: leaf, atLeast: least)
            while bits != 0 {
                let place = bits.trailingZeroBitCount
                let (row, textScore) = (leaf << 7 | half << 6 | place, leafWords.keptScore(place))
                bits &= bits &- 1
                guard textScore >= least, query.numbersMatch(row), !testsArea || query.areaContains(row) else { continue }
                collector.rank(row, textScore: textScore, query, segment: segment, self)
                least = collector.leastKey
            }
        }
    }

    /// Drops rows whose words cannot add up to a place among the best.
    private func keepSufficient(_ rows: inout (UInt64, UInt64), _ collector: Collector) {
        var sum: (UInt64, UInt64) = (0, 0)
        forEachSufficientSet(reaching: collector.leastKey, { leafWords[$0].bound }) { words in
            var bits = (UInt64.max, UInt64.max)
            for number in query.words.indices where words >> number & 1 == 1 {
                bits = (bits.0 & leafWords[number].rows.0, bits.1 & leafWords[number].rows.1)
            }
            sum = (sum.0 | bits.0, sum.1 | bits.1)
        }
        rows = (rows.0 & sum.0, rows.1 & sum.1)
    }

    /// Drops rows without a word that the best cannot do without.
    private func keepRequired(_ rows: inout (UInt64, UInt64), _ leaf: Int, _ collector: Collector) {
        let best = nodes.best(leaf)
        let leastMetres = query.bounds.leastMetres(nodes.boxes[leaf])
        for number in query.words.indices {
            let word = leafWords[number]
            let without = max(0, leafWords.bound - word.bound) * (1 + 1e-12)
            let bound = SortPosition(
                key: query.bounds.key(best: best, textScore: without, leastMetres: leastMetres), id: nodes.leastIDs[leaf])
            if !collector.canEnter(bound) { rows = (rows.0 & word.rows.0, rows.1 & word.rows.1) }
        }
    }

    @inline(__always)
    private func consider(_ row: Int, testsArea: Bool, textBound: Double, _ collector: inout Collector) {
        if isBySignal, !collector.canEnter(key: query.key(row, textScore: 0)) { return }
        guard query.numbersMatch(row), !testsArea || query.areaContains(row) else { return }
        if query.bounds.usesDistance {
            // Found sooner than a text score.
            let bound = query.bounds.key(
                best: query.snapshot.signals.stored(row), textScore: textBound,
                leastMetres: query.bounds.leastMetres(row, query.snapshot.columns))
            guard collector.canEnter(key: bound) else { return }
        }
        guard let textScore = leafWords.textScore(row) else { return }
        collector.rank(row, textScore: textScore, query, segment: segment, self)
    }

    func textScore(_ row: Int) -> Double? { query.filterMatches(row) ? query.textScore(row) : nil }

    // MARK: Counting

    private func count(into collector: inout Collector) {
        let facets = SegmentFacets(query.query, in: query.snapshot)
        let countsBits = !query.testsNumbers && query.wordsAreExact
        for window in 0..<nodes.windowCount {
            let node = nodes.firstNode(.window) + window
            guard query.numbersMayMatch(best: nodes.best(node)) else { continue }
            let relation = query.area?.relation(to: nodes.boxes[node]) ?? .inside
            if relation == .outside { continue }
            fillCandidates(window, leastTextScore: -.infinity)
            count(window, isInside: relation == .inside, countsBits: countsBits, facets, &collector)
        }
        collector.add(facets)
    }

    private func count(
        _ window: Int, isInside: Bool, countsBits: Bool, _ facets: SegmentFacets, _ collector: inout Collector
    ) {
        let firstLeaf = window * RowGroup.windowLeaves
        for leaf in firstLeaf..<min(firstLeaf + RowGroup.windowLeaves, nodes.leafCount) {
            let relation = isInside ? .inside : query.area?.relation(to: nodes.boxes[leaf]) ?? .inside
            if relation == .outside { continue }
            for index in leaf << 1...leaf << 1 | 1 {
                var bits = candidates[index - window * RowGroup.windowWords]
                if !countsBits || relation != .inside { keepMatches(&bits, word: index, testsArea: relation != .inside) }
                let shared = query.snapshot.columns.sharedRows[index]
                collector.count(rows: bits & ~shared, word: index, facets)
                bits &= shared
                while bits != 0 {
                    collector.count(index << 6 | bits.trailingZeroBitCount, facets, query, self)
                    bits &= bits &- 1
                }
            }
        }
    }

    /// Drops the rows that fail what bit sets cannot tell.
    @inline(__always)
    private func keepMatches(_ bits: inout UInt64, word: Int, testsArea: Bool) {
        var rest = bits
        while rest != 0 {
            let row = word << 6 | rest.trailingZeroBitCount
            if !query.numbersMatch(row) || testsArea && !query.areaContains(row) || !query.holdsWordsInSet(row) {
                bits &= ~(rest & (0 &- rest))
            }
            rest &= rest &- 1
        }
    }

    // MARK: Candidates

    /// The rows of a window that the deletions, the tags and the words allow.
    /// - Parameter leastTextScore: rows that cannot reach it may be left out.
    private func fillCandidates(_ window: Int, leastTextScore: Double) {
        let first = window * RowGroup.windowWords
        for word in 0..<RowGroup.windowWords { candidates[word] = ~query.deleted.words[first &+ word] }
        // Rows without location lie in no area, whatever their neighbours' box says.
        let rowCount = query.area == nil ? query.snapshot.rowCount : query.snapshot.columns.locatedCount
        let end = max(0, rowCount - window * RowGroup.windowRows)
        if end < RowGroup.windowRows { clear(from: end) }
        for choice in query.tags {
            if let bits = choice.single?.bits { intersect(bits + first) } else { intersect { choice.addWindow(window, to: $0) } }
        }
        if query.matchesAllWords {
            for word in query.words {
                if let bits = word.list.bits { intersect(bits + first) } else { intersect { word.list.addWindow(window, to: $0) } }
                if word.outside.count > 0 { word.outside.removeWindow(window, from: candidates) }
            }
        } else if !query.words.isEmpty {
            for number in query.words.indices { readRows(ofWord: number, window) }
            intersect { scratch in
                forEachSufficientSet(reaching: leastTextScore, { query.words[$0].windowBound(window) }) { words in
                    addRows(ofAll: words, to: scratch)
                }
            }
        }
    }

    private func readRows(ofWord number: Int, _ window: Int) {
        let word = query.words[number]
        let rows = wordRows + number * RowGroup.windowWords
        rows.update(repeating: 0, count: RowGroup.windowWords)
        word.list.addWindow(window, to: rows)
        if word.outside.count > 0 { word.outside.removeWindow(window, from: rows) }
        var leaves: UInt32 = 0
        for leaf in 0..<RowGroup.windowLeaves where rows[leaf << 1] | rows[leaf << 1 | 1] != 0 { leaves |= 1 << UInt32(leaf) }
        leavesOfWords[number] = leaves
    }

    /// Adds the rows of the window that hold all words of a set.
    private func addRows(ofAll words: Int, to sum: UnsafeMutablePointer<UInt64>) {
        for word in 0..<RowGroup.windowWords {
            var bits = UInt64.max
            for number in query.words.indices where words >> number & 1 == 1 {
                bits &= wordRows[number &* RowGroup.windowWords &+ word]
            }
            sum[word] |= bits
        }
    }

    /// Calls `body` with sets of words, of which a row must hold one to reach a text score.
    @inline(__always)
    private func forEachSufficientSet(
        reaching least: Double, _ bound: (_ word: Int) -> Double, _ body: (_ words: Int) -> Void
    ) {
        if least <= 0 || query.words.count > SufficientWords.greatestWordCount {
            for number in query.words.indices { body(1 << number) }
            return
        }
        for number in query.words.indices { wordBounds[number] = bound(number) }
        SufficientWords.forEachLeastSet(UnsafeBufferPointer(start: wordBounds, count: query.words.count), reaching: least, body)
    }

    private func clear(from row: Int) {
        candidates[row >> 6] &= (1 << UInt64(row & 63)) &- 1
        for word in row >> 6 &+ 1..<max(row >> 6 &+ 1, RowGroup.windowWords) { candidates[word] = 0 }
    }

    @inline(__always)
    private func intersect(_ bits: UnsafePointer<UInt64>) {
        for word in 0..<RowGroup.windowWords { candidates[word] &= bits[word] }
    }

    private func intersect(_ fill: (UnsafeMutablePointer<UInt64>) -> Void) {
        scratch.update(repeating: 0, count: RowGroup.windowWords)
        fill(scratch)
        intersect(UnsafePointer(scratch))
    }
}
