/// Counts of one segment's matches by tag. One increment a row where the dimension's combinations are numbered, else
/// a bit a row, cut with every tag's rows at the end.
struct SegmentFacets {
    private let tags: TagIndex
    private let dimensions: [Int]
    /// One after the other: matches by combination of each dimension that has them numbered.
    private var combinationCounts: [Int] = []
    private var numbered: [(combinations: TagCombinations, firstCount: Int)] = []
    private var unnumbered: [Int] = []
    private var matches: [UInt64] = []
    /// Counts of records with several rows, by tag number.
    private var alternativeCounts: [Int] = []

    init(_ dimensions: [Int], in snapshot: IndexSnapshot) {
        tags = snapshot.tags
        self.dimensions = dimensions.isEmpty ? [] : Array(Set(dimensions))
        for dimension in self.dimensions {
            if let combinations = tags.combinations(dimension) {
                numbered.append((combinations, combinationCounts.count))
                combinationCounts += repeatElement(0, count: combinations.count)
            } else {
                unnumbered.append(dimension)
            }
        }
        if !unnumbered.isEmpty { matches = Array(repeating: 0, count: RowGroup.wordCount(rows: snapshot.rowCount)) }
        if !self.dimensions.isEmpty { alternativeCounts = Array(repeating: 0, count: tags.tags.count) }
    }

    var isEmpty: Bool { dimensions.isEmpty }

    /// Counts a row whose record has no other.
    @inline(__always)
    mutating func add(_ row: Int) {
        for (combinations, firstCount) in numbered { combinationCounts[firstCount &+ Int(combinations.codes[row])] &+= 1 }
        if !unnumbered.isEmpty { matches[row >> 6] |= 1 << UInt64(row & 63) }
    }

    /// Counts a record under every tag that one of its matching rows bears.
    mutating func add(alternatives rows: [Int]) {
        for dimension in dimensions {
            for tag in tags.numbers(ofDimension: dimension) where rows.contains(where: tags.lists[tag].contains) {
                alternativeCounts[tag] += 1
            }
        }
    }

    /// Calls `body` with every tag that was counted. O(combinations + tags · rows / 64 of unnumbered dimensions).
    func forEachCount(_ body: (Tag, Int) -> Void) {
        if dimensions.isEmpty { return }
        var counts = alternativeCounts
        for (combinations, firstCount) in numbered {
            // Children follow their parents: from the last on, each hands its matches to the one it extends.
            var open = Array(combinationCounts[firstCount..<(firstCount + combinations.count)])
            for code in stride(from: combinations.count - 1, to: 0, by: -1) where open[code] > 0 {
                counts[Int(combinations.addedTags[code])] += open[code]
                open[Int(combinations.parents[code])] += open[code]
            }
        }
        for dimension in unnumbered {
            for tag in tags.numbers(ofDimension: dimension) { counts[tag] += countOfMatches(in: tags.lists[tag]) }
        }
        for (number, count) in counts.enumerated() where count > 0 { body(tags.tags[number], count) }
    }

    private func countOfMatches(in list: RowList) -> Int {
        matches.withUnsafeBufferPointer { matches in
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
}
