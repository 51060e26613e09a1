/// Many row lists in one image: arrays one after the other, bit sets one after the other.
struct RowLists: Sendable {
    let counts: Column<UInt32>
    /// Of an array its first place in `sparseRows`, of a bit set its number.
    let offsets: Column<UInt32>
    let sparseRows: Column<UInt32>
    let denseBits: Column<UInt64>
    let denseRanks: Column<UInt32>
    let rowCount: Int
    let wordCount: Int

    struct Sections {
        let counts, offsets, sparseRows, denseBits, denseRanks: SnapshotFormat.Section

        static let tags = Sections(
            counts: .tagCounts, offsets: .tagOffsets, sparseRows: .tagSparseRows, denseBits: .tagDenseBits,
            denseRanks: .tagDenseRanks)
        static let terms = Sections(
            counts: .termCounts, offsets: .termOffsets, sparseRows: .termSparseRows, denseBits: .termDenseBits,
            denseRanks: .termDenseRanks)
    }

    init(_ image: IndexImage, _ sections: Sections, rowCount: Int) {
        counts = image.column(sections.counts)
        offsets = image.column(sections.offsets)
        sparseRows = image.column(sections.sparseRows)
        denseBits = image.column(sections.denseBits)
        denseRanks = image.column(sections.denseRanks)
        self.rowCount = rowCount
        wordCount = RowGroup.wordCount(rows: rowCount)
    }

    /// Number of lists.
    var count: Int { counts.count }

    @inline(__always)
    func isDense(_ list: Int) -> Bool { RowList.isDense(count: Int(counts[list]), rowCount: rowCount) }

    @inline(__always)
    subscript(list: Int) -> RowList {
        let count = Int(counts[list])
        let offset = Int(offsets[list])
        if RowList.isDense(count: count, rowCount: rowCount) {
            return RowList(
                rows: nil, bits: denseBits.base + offset * wordCount, ranks: denseRanks.base + offset * (wordCount / 8),
                count: count)
        }
        return RowList(rows: sparseRows.base + offset, bits: nil, ranks: nil, count: count)
    }

    /// Whether every list lies inside of its section.
    var isSound: Bool {
        guard offsets.count == counts.count, wordCount == 0 || denseBits.count % wordCount == 0,
            denseRanks.count == denseBits.count / 8
        else { return false }
        let denseCount = wordCount == 0 ? 0 : denseBits.count / wordCount
        return (0..<count).allSatisfy { list in
            isDense(list)
                ? Int(offsets[list]) < denseCount : Int(offsets[list]) + Int(counts[list]) <= sparseRows.count
        }
    }
}

/// Writes row lists one at a time.
struct RowListsWriter {
    private let rowCount: Int
    private let wordCount: Int
    private(set) var counts: [UInt32] = []
    private var offsets: [UInt32] = []
    private var sparseRows: [UInt32] = []
    private var denseBits: [UInt64] = []
    private var denseRanks: [UInt32] = []
    private(set) var denseCount = 0

    init(rowCount: Int) {
        self.rowCount = rowCount
        wordCount = RowGroup.wordCount(rows: rowCount)
    }

    /// Adds the next list; `rows` ascend without repeats. Returns its number among the bit sets if it became one.
    @discardableResult
    mutating func append(_ rows: UnsafeBufferPointer<UInt32>) -> Int? {
        counts.append(UInt32(rows.count))
        guard RowList.isDense(count: rows.count, rowCount: rowCount) else {
            offsets.append(UInt32(sparseRows.count))
            sparseRows.append(contentsOf: rows)
            return nil
        }
        offsets.append(UInt32(denseCount))
        let first = denseBits.count
        denseBits.append(contentsOf: repeatElement(0, count: wordCount))
        denseBits.withUnsafeMutableBufferPointer { bits in
            for row in rows { bits[first + Int(row >> 6)] |= 1 << UInt64(row & 63) }
        }
        var rank: UInt32 = 0
        for word in 0..<wordCount {
            if word & 7 == 0 { denseRanks.append(rank) }
            rank += UInt32(denseBits[first + word].nonzeroBitCount)
        }
        denseCount += 1
        return denseCount - 1
    }

    func write(to parts: inout IndexParts, _ sections: RowLists.Sections) {
        parts.set(sections.counts, counts)
        parts.set(sections.offsets, offsets)
        parts.set(sections.sparseRows, sparseRows)
        parts.set(sections.denseBits, denseBits)
        parts.set(sections.denseRanks, denseRanks)
    }
}
