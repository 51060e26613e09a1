/// Tags both ways: the rows of a tag, and the tags of a row.
struct TagIndex: Sendable {
    /// Tag by its number; numbers follow dimension, then value.
    private(set) var tags: [Tag]
    private let numbers: [Tag: Int]
    /// Rows by tag number.
    private let rowSets: [RowSet]
    /// Number of rows by tag number.
    let rowCounts: [Int]
    /// Tags of row `r` are `rowTags[rowTagEnds[r - 1] ..< rowTagEnds[r]]`.
    let rowTagEnds: [UInt32]
    let rowTags: [UInt16]

    /// `rowTags` hold positions in `tags`, which must be sorted and free of repeats.
    init(tags: [Tag], rowTagEnds: [UInt32], rowTags: [UInt16]) {
        self.tags = tags
        self.rowTagEnds = rowTagEnds
        self.rowTags = rowTags
        numbers = Dictionary(uniqueKeysWithValues: zip(tags, tags.indices))
        var sets = tags.map { _ in RowSet(rowCount: rowTagEnds.count) }
        var start = 0
        for (row, end) in rowTagEnds.enumerated() {
            for tag in rowTags[start..<Int(end)] { sets[Int(tag)].insert(row) }
            start = Int(end)
        }
        rowSets = sets
        rowCounts = sets.map(\.count)
    }

    /// The rows that bear a tag; `nil` when none does.
    func rows(of tag: Tag) -> RowSet? { numbers[tag].map { rowSets[$0] } }

    /// The tag numbers of a row.
    func numbers(ofRow row: Int) -> ArraySlice<UInt16> {
        rowTags[Int(row == 0 ? 0 : rowTagEnds[row - 1])..<Int(rowTagEnds[row])]
    }
}

/// Collects the tags of rows and numbers them.
struct TagIndexBuilder {
    private var numbers: [Tag: UInt16] = [:]
    private var tags: [Tag] = []
    private var rowTagEnds: [UInt32] = []
    private var rowTags: [UInt16] = []

    /// Adds the next row's tags; repeats count once.
    mutating func appendRow(_ rowTags: some Sequence<Tag>) {
        let start = self.rowTags.count
        for tag in rowTags {
            let number = number(of: tag)
            if !self.rowTags[start...].contains(number) { self.rowTags.append(number) }
        }
        rowTagEnds.append(UInt32(self.rowTags.count))
    }

    private mutating func number(of tag: Tag) -> UInt16 {
        if let known = numbers[tag] { return known }
        precondition(tags.count < Int(UInt16.max), "an index holds at most 65 535 different tags")
        numbers[tag] = UInt16(tags.count)
        tags.append(tag)
        return UInt16(tags.count - 1)
    }

    /// The finished index, tags renumbered in their sorted order.
    func build() -> TagIndex {
        let order = tags.indices.sorted {
            (tags[$0].dimension, tags[$0].value) < (tags[$1].dimension, tags[$1].value)
        }
        var newNumber = [UInt16](repeating: 0, count: tags.count)
        for (new, old) in order.enumerated() { newNumber[old] = UInt16(new) }
        return TagIndex(tags: order.map { tags[$0] }, rowTagEnds: rowTagEnds, rowTags: rowTags.map { newNumber[Int($0)] })
    }
}
