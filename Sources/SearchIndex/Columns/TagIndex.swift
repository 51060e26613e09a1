/// The rows of every tag, and, for counting, which combination of a dimension's tags a row bears.
struct TagIndex: Sendable {
    /// Tag by its number; numbers follow dimension, then value.
    let tags: [Tag]
    let lists: RowLists
    private let numbers: [Tag: Int]
    private let dimensions: [TagCombinations?]

    init(tags: [Tag], dimensionCount: Int, image: IndexImage, rowCount: Int) {
        self.tags = tags
        lists = RowLists(image, .tags, rowCount: rowCount)
        numbers = Dictionary(zip(tags, tags.indices), uniquingKeysWith: { first, _ in first })
        dimensions = TagCombinations.all(image, dimensionCount: dimensionCount, rowCount: rowCount)
    }

    func number(of tag: Tag) -> Int? { numbers[tag] }

    /// The rows that bear a tag, none for an unknown one.
    func rows(of tag: Tag) -> RowList { numbers[tag].map { lists[$0] } ?? .empty }

    /// Numbers of a dimension's tags.
    func numbers(ofDimension dimension: Int) -> Range<Int> {
        let first = tags.partitioningIndex { $0.dimension >= dimension }
        return first..<tags.partitioningIndex { $0.dimension > dimension }
    }

    /// `nil` where a dimension has too many different combinations.
    func combinations(_ dimension: Int) -> TagCombinations? {
        dimensions.indices.contains(dimension) ? dimensions[dimension] : nil
    }

    /// Whether the sections fit together.
    var isSound: Bool {
        lists.count == tags.count && lists.isSound && zip(tags, tags.dropFirst()).allSatisfy { $0.dimension <= $1.dimension }
    }
}

/// Which tags of one dimension a row bears, as one number: counting matches by tag is one increment a row.
struct TagCombinations: Sendable {
    /// Combination by row; 0 is the empty one.
    let codes: Column<UInt16>
    /// Of each combination the one it extends and the tag it adds; the first is the empty one.
    let parents: Column<UInt16>
    let addedTags: Column<UInt16>

    var count: Int { parents.count }

    /// More than this are not worth a column: counting them would cost more than the rows.
    static let maximumCount = 8_192

    /// By dimension.
    static func all(_ image: IndexImage, dimensionCount: Int, rowCount: Int) -> [TagCombinations?] {
        let counts = image.column(.combinationCounts, as: UInt32.self)
        let codes = image.column(.rowCombinations, as: UInt16.self)
        let parents = image.column(.combinationParents, as: UInt16.self)
        let tags = image.column(.combinationTags, as: UInt16.self)
        var (firstCombination, firstCode) = (0, 0)
        return (0..<min(dimensionCount, counts.count)).map { dimension in
            let count = Int(counts[dimension])
            guard count > 0, firstCombination + count <= min(parents.count, tags.count), firstCode + rowCount <= codes.count
            else { return nil }
            defer { (firstCombination, firstCode) = (firstCombination + count, firstCode + rowCount) }
            return TagCombinations(
                codes: Column(base: codes.base + firstCode, count: rowCount),
                parents: Column(base: parents.base + firstCombination, count: count),
                addedTags: Column(base: tags.base + firstCombination, count: count))
        }
    }
}

/// Writes the rows of tags, in the order of the tags' numbers.
struct TagIndexWriter {
    private var tags: [Tag] = []
    private var lists: RowListsWriter
    private let rowCount: Int
    private var combinations: [CombinationsWriter]

    init(rowCount: Int, dimensionCount: Int) {
        self.rowCount = rowCount
        lists = RowListsWriter(rowCount: rowCount)
        combinations = (0..<dimensionCount).map { _ in CombinationsWriter(rowCount: rowCount) }
    }

    /// Adds the next tag with its rows, ascending.
    mutating func append(_ tag: Tag, _ rows: UnsafeBufferPointer<UInt32>) {
        precondition(tags.count < Int(UInt16.max), "an index holds at most 65 535 different tags")
        combinations[tag.dimension].add(tag: UInt16(tags.count), rows)
        tags.append(tag)
        lists.append(rows)
    }

    /// Writes all but the tags' names, which it returns.
    func write(to parts: inout IndexParts) -> [Tag] {
        lists.write(to: &parts, .tags)
        parts.set(.tagDimensions, tags.map { UInt16($0.dimension) })
        let kept = combinations.filter { !$0.codes.isEmpty }
        parts.set(.combinationCounts, combinations.map { $0.codes.isEmpty ? 0 : UInt32($0.parents.count) })
        parts.set(.combinationParents, kept.flatMap(\.parents))
        parts.set(.combinationTags, kept.flatMap(\.addedTags))
        parts.set(.rowCombinations, kept.flatMap(\.codes))
        return tags
    }
}

/// Numbers the combinations of one dimension by adding tag after tag.
private struct CombinationsWriter {
    /// Empty once there are too many combinations.
    private(set) var codes: [UInt16]
    private(set) var parents: [UInt16] = [0]
    private(set) var addedTags: [UInt16] = [0]

    init(rowCount: Int) { codes = Array(repeating: 0, count: rowCount) }

    mutating func add(tag: UInt16, _ rows: UnsafeBufferPointer<UInt32>) {
        guard !codes.isEmpty else { return }
        var extended = [UInt16](repeating: 0, count: parents.count)
        for row in rows {
            let old = codes[Int(row)]
            if extended[Int(old)] == 0 {
                guard parents.count < TagCombinations.maximumCount else {
                    codes = []
                    return
                }
                extended[Int(old)] = UInt16(parents.count)
                parents.append(old)
                addedTags.append(tag)
            }
            codes[Int(row)] = extended[Int(old)]
        }
    }
}

extension Array {
    /// First place from which on `belongs` holds. O(log count).
    func partitioningIndex(where belongs: (Element) -> Bool) -> Int {
        var (low, high) = (0, count)
        while low < high {
            let middle = (low + high) / 2
            if belongs(self[middle]) { high = middle } else { low = middle + 1 }
        }
        return low
    }
}
