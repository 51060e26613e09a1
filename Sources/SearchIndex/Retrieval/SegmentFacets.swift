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
    private let ratingEdgeCount: Int
    /// Class of every stored rating up to the highest edge, from which on all are of the highest class: how many edges are not above it; of
    /// the unrated, one more than there are edges.
    private let ratingClasses: UnsafeMutableBufferPointer<UInt8>
    /// Matches by rating class, in four tables that are added at the end: classes are few, so neighbours often share one.
    private let ratingCounts: UnsafeMutableBufferPointer<UInt32>
    private let ratingTableShift: Int

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
        let edges = query.ratingFacetEdges.map { Int(Columns.scaledRating(notBelow: $0)) }
        precondition(edges.count < 255, "rating classes are numbered in a byte")
        ratingEdgeCount = edges.count
        ratingClasses = .allocate(capacity: edges.max().map { $0 + 1 } ?? 0)
        ratingClasses.initialize(repeating: 0)
        for edge in edges { for rating in edge..<ratingClasses.count { ratingClasses[rating] += 1 } }
        if !edges.isEmpty { ratingClasses[0] = UInt8(edges.count + 1) }
        ratingTableShift = (edges.count + 1).bitWidth - (edges.count + 1).leadingZeroBitCount
        ratingCounts = .allocate(capacity: edges.isEmpty ? 0 : 4 << ratingTableShift)
        ratingCounts.initialize(repeating: 0)
    }

    deinit {
        combinationCounts.deallocate()
        matches.deallocate()
        ratingClasses.deallocate()
        ratingCounts.deallocate()
    }

    /// Whether nothing is asked but how many rows match.
    var isEmpty: Bool { dimensions.isEmpty && ratingEdgeCount == 0 }

    /// Counts a row whose record has no other.
    @inline(__always)
    func add(_ row: Int) { add(rows: 1 << UInt64(row & 63), word: row >> 6) }

    /// Counts up to 64 rows whose records have no other: those of a bit set's word.
    @inline(__always)
    func add(rows bits: UInt64, word: Int) {
        if !unnumbered.isEmpty { matches[word] |= bits }
        let first = word << 6
        if numbered.count == 1, ratingEdgeCount > 0, let counts = combinationCounts.baseAddress {
            let codes = numbered[0].codes.base + first
            var rest = bits
            while rest != 0 {
                let place = rest.trailingZeroBitCount
                rest &= rest &- 1
                raise(counts, codes[place], place)
                raiseRating(first | place)
            }
            return
        }
        for number in 0..<numbered.count {
            let codes = numbered[number].codes.base + first
            guard let counts = combinationCounts.baseAddress.map({ $0 + 2 &* number &* TagCombinations.maximumCount }) else { return }
            var rest = bits
            while rest != 0 {
                let place = rest.trailingZeroBitCount
                rest &= rest &- 1
                raise(counts, codes[place], place)
            }
        }
        if ratingEdgeCount == 0 { return }
        var rest = bits
        while rest != 0 {
            raiseRating(first | rest.trailingZeroBitCount)
            rest &= rest &- 1
        }
    }

    /// Two tables in turn, since a counter cannot be raised again before its last value is back in memory.
    @inline(__always)
    private func raise(_ counts: UnsafeMutablePointer<UInt32>, _ code: UInt16, _ place: Int) {
        counts[(place & 1) &* TagCombinations.maximumCount &+ Int(code)] &+= 1
    }

    @inline(__always)
    private func raiseRating(_ row: Int) {
        guard ratingEdgeCount > 0, let classes = ratingClasses.baseAddress, let counts = ratingCounts.baseAddress else { return }
        let rating = min(Int(ratings[row]), ratingClasses.count &- 1)
        counts[(row & 3) << ratingTableShift | Int(classes[rating])] &+= 1
    }

    /// Counts a record by the rating of the row that speaks for it, and under every tag that one of its matching
    /// rows bears.
    func add(alternatives rows: [Int], speaker: Int) {
        raiseRating(speaker)
        for dimension in dimensions {
            for tag in tags.numbers(ofDimension: dimension) where rows.contains(where: tags.lists[tag].contains) {
                alternativeCounts[tag] += 1
            }
        }
    }

    /// Matches by rating class, lowest first.
    var countsByRating: [Int] {
        if ratingEdgeCount == 0 { return [] }
        return (0...ratingEdgeCount).map { place in (0..<4).reduce(0) { $0 + Int(ratingCounts[$1 << ratingTableShift | place]) } }
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
