/// Looks at the most promising runs of rows first, and stops when the best that remain cannot beat what was found.
struct BestFirstRetrieval: RowScores {
    private let query: SegmentQuery
    private let segment: Int
    private let nodes: NodeTable
    /// Rows of the window at hand that may match, a bit each.
    private let candidates: UnsafeMutablePointer<UInt64>
    private let scratch: UnsafeMutablePointer<UInt64>
    private let wordRows: UnsafeMutablePointer<UInt64>
    /// By word and leaf of the window at hand: whether a row holds the word, where rows need not hold all words.
    private let leavesOfWords: UnsafeMutablePointer<UInt32>
    /// By word: what it and those behind it can add in the leaf at hand.
    private let remainingBounds: UnsafeMutablePointer<Double>
    private let isByText: Bool
    /// Whether the numbers of runs of rows have a say in what is looked at.
    private let readsSignals: Bool

    /// Adds the segment's best rows, and what is counted, to the collector. Words of several terms are not for this path.
    static func run(_ query: SegmentQuery, segment: Int, into collector: inout Collector) {
        let remainingBounds = UnsafeMutablePointer<Double>.allocate(capacity: query.words.count + 1)
        let leavesOfWords = UnsafeMutablePointer<UInt32>.allocate(capacity: query.words.count + 1)
        defer {
            remainingBounds.deallocate()
            leavesOfWords.deallocate()
        }
        withUnsafeTemporaryAllocation(of: UInt64.self, capacity: 3 * RowGroup.windowWords) { buffer in
            guard let base = buffer.baseAddress else { return }
            let isByText = if case .text = query.query.order { true } else { false }
            let retrieval = BestFirstRetrieval(
                query: query, segment: segment, nodes: query.snapshot.nodes, candidates: base,
                scratch: base + RowGroup.windowWords, wordRows: base + 2 * RowGroup.windowWords,
                leavesOfWords: leavesOfWords, remainingBounds: remainingBounds, isByText: isByText,
                readsSignals: query.bounds.usesSignals || query.testsNumbers)
            retrieval.rank(into: &collector)
            if query.query.countsAnything { retrieval.count(into: &collector) }
        }
    }

    // MARK: The best

    private func rank(into collector: inout Collector) {
        var heap = NodeHeap()
        let (firstWindow, firstRegion) = (nodes.firstNode(.window), nodes.firstNode(.region))
        for region in 0..<nodes.regionCount {
            push(firstRegion + region, textBound: textBound { $0.pointee.greatestScore }, to: &heap, collector)
        }
        while let entry = heap.popBest(), collector.canEnter(entry.bound) {
            if entry.node >= firstRegion {
                let first = (entry.node - firstRegion) * RowGroup.regionWindows
                for window in first..<min(first + RowGroup.regionWindows, nodes.windowCount) {
                    push(firstWindow + window, textBound: textBound { $0.pointee.windowBound(window) }, to: &heap, collector)
                }
            } else if entry.node >= firstWindow {
                pushLeaves(of: entry.node - firstWindow, to: &heap, &collector)
            } else {
                visit(entry, &collector)
            }
        }
    }

    private func pushLeaves(of window: Int, to heap: inout NodeHeap, _ collector: inout Collector) {
        fillCandidates(window)
        let first = window * RowGroup.windowLeaves
        for leaf in first..<min(first + RowGroup.windowLeaves, nodes.leafCount) {
            let place = (leaf - first) << 1
            let rows = (candidates[place], candidates[place | 1])
            if rows.0 | rows.1 == 0 { continue }
            let bound = query.matchesAllWords ? textBound { $0.pointee.leafBound(leaf) } : textBoundOfAny(leaf, leaf - first)
            if isByText, collector.isFull, rows.0.nonzeroBitCount &+ rows.1.nonzeroBitCount <= 2 {
                // Scoring so few rows is cheaper than putting them off.
                if collector.canEnter(key: bound) {
                    visit(NodeHeap.Entry(bound: SortPosition(key: bound, id: .min), node: leaf, rows: rows), &collector)
                }
                continue
            }
            push(leaf, textBound: bound, rows: rows, to: &heap, collector)
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
    @inline(__always)
    private func push(
        _ node: Int, textBound: Double, rows: (UInt64, UInt64) = (0, 0), to heap: inout NodeHeap, _ collector: Collector
    ) {
        let best = readsSignals ? nodes.best(node) : NodeTable.unknown
        if readsSignals, !query.numbersMayMatch(best: best) { return }
        if let area = query.area, area.relation(to: nodes.boxes[node]) == .outside { return }
        let bound = SortPosition(
            key: query.bounds.key(
                best: best, textScore: textBound, leastMetres: query.bounds.leastMetres(nodes.boxes[node])),
            id: nodes.leastIDs[node])
        if collector.canEnter(bound) { heap.push(NodeHeap.Entry(bound: bound, node: node, rows: rows)) }
    }

    @inline(__always)
    private func textBound(_ bound: (UnsafePointer<SegmentWord>) -> Double) -> Double {
        guard let words = query.words.baseAddress else { return 0 }
        var sum = 0.0
        for number in 0..<query.words.count { sum += bound(words + number) }
        // Other words may be added in another order when a row is scored.
        return sum * (1 + 1e-12)
    }

    private func visit(_ entry: NodeHeap.Entry, _ collector: inout Collector) {
        let leaf = entry.node
        let testsArea = query.area.map { $0.relation(to: nodes.boxes[leaf]) != .inside } ?? false
        let textBound = textBound { $0.pointee.boundInLeaf(leaf) }
        setRemainingBounds(leaf)
        var rows = entry.rows
        if !query.matchesAllWords, query.words.count > 1 { keepRequired(&rows, leaf, textBound, collector) }
        for half in 0..<2 {
            var bits = half == 0 ? rows.0 : rows.1
            while bits != 0 {
                let row = leaf << 7 | half << 6 | bits.trailingZeroBitCount
                bits &= bits &- 1
                consider(row, testsArea: testsArea, textBound: textBound, &collector)
            }
        }
    }

    private func setRemainingBounds(_ leaf: Int) {
        var sum = 0.0
        for number in query.words.indices.reversed() {
            sum += query.words[number].leafBound(leaf)
            remainingBounds[number] = sum * (1 + 1e-12)
        }
    }

    /// Drops rows without a word that the best cannot do without.
    private func keepRequired(
        _ rows: inout (UInt64, UInt64), _ leaf: Int, _ textBound: Double, _ collector: Collector
    ) {
        let best = nodes.best(leaf)
        let leastMetres = query.bounds.leastMetres(nodes.boxes[leaf])
        for word in query.words {
            let without = max(0, textBound - word.boundInLeaf(leaf)) * (1 + 1e-12)
            let bound = SortPosition(
                key: query.bounds.key(best: best, textScore: without, leastMetres: leastMetres), id: nodes.leastIDs[leaf])
            if !collector.canEnter(bound) {
                let bits = word.list.leafBits(leaf)
                rows = (rows.0 & bits.0, rows.1 & bits.1)
            }
        }
    }

    @inline(__always)
    private func consider(_ row: Int, testsArea: Bool, textBound: Double, _ collector: inout Collector) {
        guard query.numbersMatch(row), !testsArea || query.areaContains(row) else { return }
        if query.bounds.usesDistance {
            let bound = query.bounds.key(
                best: query.snapshot.signals.stored(row), textScore: textBound,
                leastMetres: query.bounds.leastMetres(row, query.snapshot.columns))
            guard collector.canEnter(key: bound) else { return }
        }
        guard let textScore = textScore(row, collector) else { return }
        collector.rank(row, textScore: textScore, query, segment: segment, self)
    }

    /// The text score of a row of the candidates; in an order by text, `nil` too when the row cannot be among the best.
    @inline(__always)
    private func textScore(_ row: Int, _ collector: Collector) -> Double? {
        guard isByText, query.matchesAllWords, query.words.count > 1 else {
            return query.textScore(row, place: { _ in nil })
        }
        return query.textScore(row, atLeast: collector.leastKey, bounds: remainingBounds)
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
            fillCandidates(window)
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
    private func fillCandidates(_ window: Int) {
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
            intersect { scratch in
                for number in query.words.indices { addRows(ofWord: number, window, to: scratch) }
            }
        }
    }

    private func addRows(ofWord number: Int, _ window: Int, to words: UnsafeMutablePointer<UInt64>) {
        let word = query.words[number]
        wordRows.update(repeating: 0, count: RowGroup.windowWords)
        word.list.addWindow(window, to: wordRows)
        if word.outside.count > 0 { word.outside.removeWindow(window, from: wordRows) }
        var leaves: UInt32 = 0
        for leaf in 0..<RowGroup.windowLeaves {
            let (low, high) = (wordRows[leaf << 1], wordRows[leaf << 1 | 1])
            words[leaf << 1] |= low
            words[leaf << 1 | 1] |= high
            if low | high != 0 { leaves |= 1 << UInt32(leaf) }
        }
        leavesOfWords[number] = leaves
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
