/// Counts of one segment's matches by tag and by rating class. One increment a row where the dimension's combinations
/// are numbered, else a bit a row, cut with every tag's rows at the end.
final class SegmentFacets {
    private let tags: TagIndex
    private let ratings: VolatileColumn<UInt16>
    private let dimensions: [Int]
    private let numbered: [TagCombinations]
    /// Matches by combination of each numbered dimension, in two tables of `maximumCount` that are added at the end.
    private let combinationCounts: UnsafeMutableBufferPointer<UInt32>
    private let unnumbered: [Int]
    /// A bit a row, where a dimension needs it.
    private let matches: UnsafeMutableBufferPointer<UInt64>
    /// Counts of records with several rows, by tag number.
    private var alternativeCounts: [Int]
    private let ratingEdges: UnsafeMutableBufferPointer<UInt16>
    /// Matches by rating class, lowest first; the unrated are counted apart, at the end. In two tables, too.
    private let ratingCounts: UnsafeMutableBufferPointer<Int>

    init(_ query: Query, in snapshot: IndexSnapshot) {
        tags = snapshot.tags
        ratings = snapshot.signals.ratings
        dimensions = query.tagFacets.isEmpty ? [] : Array(Set(query.tagFacets))
        let combinations = dimensions.map { ($0, snapshot.tags.combinations($0)) }
        numbered = combinations.compactMap(\.1)
        unnumbered = combinations.compactMap { dimension, combinations in combinations == nil ? dimension : nil }
        combinationCounts = .allocate(capacity: 2 * numbered.count * TagCombinations.maximumCount)
        for (place, combinations) in numbered.enumerated() {
            for first in [2 * place, 2 * place + 1].map({ $0 * TagCombinations.maximumCount }) {
                combinationCounts[first..<(first + combinations.count)].initialize(repeating: 0)
            }
        }
        matches = .allocate(capacity: unnumbered.isEmpty ? 0 : RowGroup.wordCount(rows: snapshot.rowCount))
        matches.initialize(repeating: 0)
        alternativeCounts = dimensions.isEmpty ? [] : Array(repeating: 0, count: tags.tags.count)
        ratingEdges = .allocate(capacity: query.ratingFacetEdges.count)
        _ = ratingEdges.initialize(from: query.ratingFacetEdges.map { Columns.scaledRating(notBelow: $0) })
        ratingCounts = .allocate(capacity: 2 * (ratingEdges.count + 2))
        ratingCounts.initialize(repeating: 0)
    }

    deinit {
        combinationCounts.deallocate()
        matches.deallocate()
        ratingEdges.deallocate()
        ratingCounts.deallocate()
    }

    /// Whether nothing is asked but how many rows match.
    var isEmpty: Bool { dimensions.isEmpty && ratingEdges.isEmpty }

    /// Counts a row whose record has no other.
    @inline(__always)
    func add(_ row: Int) { add(rows: 1 << UInt64(row & 63), word: row >> 6) }

    /// Counts up to 64 rows whose records have no other: those of a bit set's word.
    @inline(__always)
    func add(rows bits: UInt64, word: Int) {
        if !unnumbered.isEmpty { matches[word] |= bits }
        for place in 0..<numbered.count {
            let codes = numbered[place].codes.base + (word << 6)
            guard let counts = combinationCounts.baseAddress.map({ $0 + 2 &* place &* TagCombinations.maximumCount }) else { return }
            var rest = bits
            while rest != 0 {
                // Two tables, since a counter cannot be raised again before its last value is back in memory.
                counts[Int(codes[rest.trailingZeroBitCount])] &+= 1
                rest &= rest &- 1
                if rest == 0 { break }
                counts[TagCombinations.maximumCount &+ Int(codes[rest.trailingZeroBitCount])] &+= 1
                rest &= rest &- 1
            }
        }
        guard let edges = ratingEdges.baseAddress, let counts = ratingCounts.baseAddress, ratingEdges.count > 0 else { return }
        let edgeCount = ratingEdges.count
        var rest = bits
        var table = 0
        while rest != 0 {
            let place = ratingClass(word << 6 | rest.trailingZeroBitCount, edges, edgeCount)
            counts[table &+ place] &+= 1
            table = edgeCount &+ 2 &- table
            rest &= rest &- 1
        }
    }

    /// Counts a record by the rating of the row that speaks for it, and under every tag that one of its matching
    /// rows bears.
    func add(alternatives rows: [Int], speaker: Int) {
        addRating(speaker)
        for dimension in dimensions {
            for tag in tags.numbers(ofDimension: dimension) where rows.contains(where: tags.lists[tag].contains) {
                alternativeCounts[tag] += 1
            }
        }
    }

    private func addRating(_ row: Int) {
        guard let edges = ratingEdges.baseAddress, ratingEdges.count > 0 else { return }
        ratingCounts[ratingClass(row, edges, ratingEdges.count)] += 1
    }

    @inline(__always)
    private func ratingClass(_ row: Int, _ edges: UnsafePointer<UInt16>, _ edgeCount: Int) -> Int {
        let rating = ratings[row]
        var place = 0
        // Without branches on the rating, which nothing could foretell: the difference is negative below the edge.
        for edge in 0..<edgeCount { place &+= Int(1 &- (UInt32(rating) &- UInt32(edges[edge])) >> 31) }
        return rating == 0 ? edgeCount &+ 1 : place
    }

    /// Matches by rating class, lowest first.
    var countsByRating: [Int] {
        if ratingEdges.isEmpty { return [] }
        return (0...ratingEdges.count).map { ratingCounts[$0] + ratingCounts[ratingEdges.count + 2 + $0] }
    }

    /// Calls `body` with every tag that was counted. O(combinations + tags · rows / 64 of unnumbered dimensions).
    func forEachTag(_ body: (Tag, Int) -> Void) {
        if dimensions.isEmpty { return }
        var counts = alternativeCounts
        for (place, combinations) in numbered.enumerated() {
            // Children follow their parents: from the last on, each hands its matches to the one it extends.
            let open = combinationCounts.baseAddress.map { $0 + 2 * place * TagCombinations.maximumCount }
            guard let open else { continue }
            for code in 0..<combinations.count { open[code] += open[TagCombinations.maximumCount + code] }
            for code in stride(from: combinations.count - 1, to: 0, by: -1) where open[code] > 0 {
                counts[Int(combinations.addedTags[code])] += Int(open[code])
                open[Int(combinations.parents[code])] += open[code]
            }
        }
        for dimension in unnumbered {
            for tag in tags.numbers(ofDimension: dimension) { counts[tag] += countOfMatches(in: tags.lists[tag]) }
        }
        for (number, count) in counts.enumerated() where count > 0 { body(tags.tags[number], count) }
    }

    private func countOfMatches(in list: RowList) -> Int {
        var sum = 0
        if let bits = list.bits {
            for word in matches.indices { sum &+= (matches[word] & bits[word]).nonzeroBitCount }
        } else if let rows = list.rows {
            for place in 0..<list.count {
                let row = Int(rows[place])
                sum &+= Int(matches[row >> 6] >> UInt64(row & 63) & 1)
            }
        }
        return sum
    }
}
