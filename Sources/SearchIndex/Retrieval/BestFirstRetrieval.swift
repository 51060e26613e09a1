/// Looks at the most promising runs of rows first, and stops when the best that remain cannot beat what was found.
struct BestFirstRetrieval: RowScores {
    private let query: SegmentQuery
    private let segment: Int
    private let nodes: NodeTable
    /// Rows of the window at hand that may match, a bit each.
    private let candidates: UnsafeMutablePointer<UInt64>
    private let scratch: UnsafeMutablePointer<UInt64>

    /// Adds the segment's best rows, and what is counted, to the collector. Words of several terms are not for this path.
    static func run(_ query: SegmentQuery, segment: Int, into collector: inout Collector) {
        withUnsafeTemporaryAllocation(of: UInt64.self, capacity: 2 * RowGroup.windowWords) { buffer in
            guard let base = buffer.baseAddress else { return }
            let retrieval = BestFirstRetrieval(
                query: query, segment: segment, nodes: query.snapshot.nodes, candidates: base,
                scratch: base + RowGroup.windowWords)
            retrieval.rank(into: &collector)
            if query.query.countsAnything { retrieval.count(into: &collector) }
        }
    }

    // MARK: The best

    private func rank(into collector: inout Collector) {
        var heap = NodeHeap()
        let (firstWindow, firstRegion) = (nodes.firstNode(.window), nodes.firstNode(.region))
        for region in 0..<nodes.regionCount {
            push(firstRegion + region, textBound: textBound { $0.greatestScore }, to: &heap, collector)
        }
        while let entry = heap.popBest(), collector.canEnter(entry.bound) {
            if entry.node >= firstRegion {
                let first = (entry.node - firstRegion) * RowGroup.regionWindows
                for window in first..<min(first + RowGroup.regionWindows, nodes.windowCount) {
                    push(firstWindow + window, textBound: textBound { $0.windowBound(window) }, to: &heap, collector)
                }
            } else if entry.node >= firstWindow {
                pushLeaves(of: entry.node - firstWindow, to: &heap, collector)
            } else {
                visit(entry, &collector)
            }
        }
    }

    private func pushLeaves(of window: Int, to heap: inout NodeHeap, _ collector: Collector) {
        fillCandidates(window)
        let first = window * RowGroup.windowLeaves
        for leaf in first..<min(first + RowGroup.windowLeaves, nodes.leafCount) {
            let place = (leaf - first) << 1
            let rows = (candidates[place], candidates[place | 1])
            if rows.0 | rows.1 == 0 { continue }
            push(leaf, textBound: textBound { $0.leafBound(leaf) }, rows: rows, to: &heap, collector)
        }
    }

    /// Puts a node on the heap unless nothing in it can match or be among the best.
    @inline(__always)
    private func push(
        _ node: Int, textBound: Double, rows: (UInt64, UInt64) = (0, 0), to heap: inout NodeHeap, _ collector: Collector
    ) {
        let best = nodes.best(node)
        guard query.numbersMayMatch(best: best) else { return }
        if let area = query.area, area.relation(to: nodes.boxes[node]) == .outside { return }
        let bound = SortPosition(
            key: query.bounds.key(
                best: best, textScore: textBound, leastMetres: query.bounds.leastMetres(nodes.boxes[node])),
            id: nodes.leastIDs[node])
        if collector.canEnter(bound) { heap.push(NodeHeap.Entry(bound: bound, node: node, rows: rows)) }
    }

    @inline(__always)
    private func textBound(_ bound: (SegmentWord) -> Double) -> Double {
        var sum = 0.0
        for word in query.words { sum += bound(word) }
        // Other words may be added in another order when a row is scored.
        return sum * (1 + 1e-12)
    }

    private func visit(_ entry: NodeHeap.Entry, _ collector: inout Collector) {
        let leaf = entry.node
        let testsArea = query.area.map { $0.relation(to: nodes.boxes[leaf]) != .inside } ?? false
        let textBound = textBound { $0.leafBound(leaf) }
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

    /// Drops rows without a word that the best cannot do without.
    private func keepRequired(
        _ rows: inout (UInt64, UInt64), _ leaf: Int, _ textBound: Double, _ collector: Collector
    ) {
        let best = nodes.best(leaf)
        let leastMetres = query.bounds.leastMetres(nodes.boxes[leaf])
        for word in query.words {
            let without = max(0, textBound - word.leafBound(leaf)) * (1 + 1e-12)
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

    func textScore(_ row: Int) -> Double? { query.filterMatches(row) ? query.textScore(row) : nil }

    // MARK: Counting

    private func count(into collector: inout Collector) {
        var facets = SegmentFacets(query.query.tagFacets, in: query.snapshot)
        let countsBits =
            facets.isEmpty && query.query.ratingFacetEdges.isEmpty && !query.testsNumbers
            && query.words.allSatisfy(\.isWhollyInSet)
        for window in 0..<nodes.windowCount {
            let node = nodes.firstNode(.window) + window
            guard query.numbersMayMatch(best: nodes.best(node)) else { continue }
            let relation = query.area?.relation(to: nodes.boxes[node]) ?? .inside
            if relation == .outside { continue }
            fillCandidates(window)
            count(window, isInside: relation == .inside, countsBits: countsBits, &facets, &collector)
        }
        collector.add(facets)
    }

    private func count(
        _ window: Int, isInside: Bool, countsBits: Bool, _ facets: inout SegmentFacets, _ collector: inout Collector
    ) {
        let firstLeaf = window * RowGroup.windowLeaves
        for leaf in firstLeaf..<min(firstLeaf + RowGroup.windowLeaves, nodes.leafCount) {
            let relation = isInside ? .inside : query.area?.relation(to: nodes.boxes[leaf]) ?? .inside
            if relation == .outside { continue }
            for index in leaf << 1...leaf << 1 | 1 {
                var bits = candidates[index - window * RowGroup.windowWords]
                if countsBits, relation == .inside {
                    let shared = query.snapshot.columns.sharedRows[index]
                    collector.count(rows: (bits & ~shared).nonzeroBitCount)
                    bits &= shared
                }
                while bits != 0 {
                    let row = index << 6 | bits.trailingZeroBitCount
                    bits &= bits &- 1
                    guard query.numbersMatch(row), relation == .inside || query.areaContains(row), query.holdsWordsInSet(row)
                    else { continue }
                    collector.count(row, &facets, query, self)
                }
            }
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
            }
        } else if !query.words.isEmpty {
            intersect { scratch in for word in query.words { word.list.addWindow(window, to: scratch) } }
        }
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
