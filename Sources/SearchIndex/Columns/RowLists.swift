/// Many row lists in one image: arrays one after the other, bit sets one after the other.
struct RowLists: Sendable {
    let counts: Column<UInt32>
    /// Of an array its first place in `sparseRows`, of a bit set its number.
    let offsets: Column<UInt32>
    let sparseRows: Column<UInt32>
    let denseBits: Column<UInt64>
    let denseRanks: Column<UInt64>
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
        static let outside = Sections(
            counts: .outsideCounts, offsets: .outsideOffsets, sparseRows: .outsideSparseRows,
            denseBits: .outsideDenseBits, denseRanks: .outsideDenseRanks)
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
                rows: nil, bits: denseBits.base + offset * wordCount, ranks: denseRanks.base + offset * (wordCount / 4),
                count: count)
        }
        return RowList(rows: sparseRows.base + offset, bits: nil, ranks: nil, count: count)
    }

    /// Whether every list lies inside of its section.
    var isSound: Bool {
        guard offsets.count == counts.count, wordCount == 0 || denseBits.count % wordCount == 0,
            denseRanks.count == denseBits.count / 4
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
    private var denseRanks: [UInt64] = []
    private(set) var denseCount = 0

    init(rowCount: Int) {
        self.rowCount = rowCount
        wordCount = RowGroup.wordCount(rows: rowCount)
    }

    /// The lists of several writers, one after the other.
    init(joining writers: [RowListsWriter], rowCount: Int) {
        self.init(rowCount: rowCount)
        for writer in writers {
            for (count, offset) in zip(writer.counts, writer.offsets) {
                let isDense = RowList.isDense(count: Int(count), rowCount: rowCount)
                offsets.append(offset + UInt32(isDense ? denseCount : sparseRows.count))
            }
            counts += writer.counts
            sparseRows += writer.sparseRows
            denseBits += writer.denseBits
            denseRanks += writer.denseRanks
            denseCount += writer.denseCount
        }
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
        var rank: UInt64 = 0
        for run in stride(from: first, to: first + wordCount, by: 8) {
            var (within, packed): (UInt64, UInt64) = (0, 0)
            for word in 0..<8 {
                if word > 0 { packed |= within << UInt64((word - 1) * 9) }
                within += UInt64(denseBits[run + word].nonzeroBitCount)
            }
            denseRanks.append(rank)
            denseRanks.append(packed)
            rank += within
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
