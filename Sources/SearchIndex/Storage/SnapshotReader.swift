/// Reads what `SnapshotWriter` wrote, and refuses anything else.
public enum SnapshotReader {
    /// Verifies every checksum, then copies the sections. O(bytes).
    public static func read(_ bytes: UnsafeRawBufferPointer) throws(SnapshotError) -> (
        snapshot: IndexSnapshot, metadata: [UInt8]
    ) {
        let sections = try Sections(bytes)
        let metadata: [UInt8] = try sections.array(.metadata)
        guard let strings = SnapshotStrings(try sections.array(.strings)) else { throw .damaged(section: "strings") }
        let columns = try columns(sections)
        let rowCount = columns.ids.count
        let fieldLengths: [UInt16] = try sections.array(.fieldLengths, count: rowCount * strings.fields.count)
        let terms = TermDictionary(bytes: try sections.array(.termBytes), ends: try sections.array(.termEnds))
        let patterns: [SIMD8<UInt16>] = try sections.array(.patterns)
        let postings = PostingLists(
            rows: try sections.array(.postingRows), patternNumbers: try sections.array(.postingPatterns),
            starts: try sections.array(.postingStarts, count: terms.count + 1),
            patterns: patterns.map(FrequencyPattern.init))
        let stored = StoredBytes(
            bytes: try sections.array(.storedBytes), ends: try sections.array(.storedEnds, count: rowCount))
        let snapshot = IndexSnapshot(
            schema: strings.schema, columns: columns, fieldLengths: fieldLengths,
            tags: try tags(sections, values: strings.tagValues, rowCount: rowCount), terms: terms, postings: postings,
            stored: stored)
        return (snapshot, metadata)
    }

    private static func columns(_ sections: Sections) throws(SnapshotError) -> Columns {
        var columns = Columns()
        columns.ids = try sections.array(.ids)
        let rowCount = columns.ids.count
        columns.latitudesE7 = try sections.array(.latitudes, count: rowCount)
        columns.longitudesE7 = try sections.array(.longitudes, count: rowCount)
        let located: [UInt64] = try sections.array(.locatedCount, count: 1)
        columns.locatedCount = Int(located[0])
        columns.ratings = try sections.array(.ratings, count: rowCount)
        columns.reviewCounts = try sections.array(.reviewCounts, count: rowCount)
        columns.qualities = try sections.array(.qualities, count: rowCount)
        columns.feesCents = try sections.array(.fees, count: rowCount)
        columns.nextAvailableMinutes = try sections.array(.nextAvailable, count: rowCount)
        return columns
    }

    private static func tags(
        _ sections: Sections, values: [String], rowCount: Int
    ) throws(SnapshotError) -> TagIndex {
        let dimensions: [UInt16] = try sections.array(.tagDimensions, count: values.count)
        return TagIndex(
            tags: zip(dimensions, values).map { Tag(dimension: Int($0), value: $1) },
            rowTagEnds: try sections.array(.rowTagEnds, count: rowCount), rowTags: try sections.array(.rowTags))
    }
}

/// The verified sections of a snapshot's bytes.
private struct Sections {
    private let bytes: UnsafeRawBufferPointer
    private var ranges: [Range<Int>] = []

    init(_ bytes: UnsafeRawBufferPointer) throws(SnapshotError) {
        self.bytes = bytes
        guard bytes.count >= 24, bytes.prefix(8).elementsEqual(SnapshotFormat.magic) else { throw .notASnapshot }
        let version = Sections.integer(bytes, at: 8)
        guard version == SnapshotFormat.version else {
            throw .otherVersion(found: version, expected: SnapshotFormat.version)
        }
        let headerBytes = SnapshotFormat.headerBytes
        guard bytes.count >= headerBytes else {
            throw .truncated(expectedBytes: UInt64(headerBytes), foundBytes: bytes.count)
        }
        let header = UnsafeRawBufferPointer(rebasing: bytes[..<(headerBytes - 8)])
        guard Sections.integer(bytes, at: headerBytes - 8) == SnapshotFormat.checksum(header) else {
            throw .damaged(section: "header")
        }
        for section in SnapshotFormat.Section.allCases {
            let entry = 24 + section.rawValue * SnapshotFormat.entryBytes
            let (offset, count) = (Sections.integer(bytes, at: entry), Sections.integer(bytes, at: entry + 8))
            let (end, overflows) = offset.addingReportingOverflow(count)
            guard !overflows, end <= UInt64(bytes.count) else {
                throw .truncated(expectedBytes: overflows ? .max : end, foundBytes: bytes.count)
            }
            let range = Int(offset)..<Int(end)
            let checksum = SnapshotFormat.checksum(UnsafeRawBufferPointer(rebasing: bytes[range]))
            guard checksum == Sections.integer(bytes, at: entry + 16) else { throw .damaged(section: "\(section)") }
            ranges.append(range)
        }
    }

    /// A section as numbers of `Element`, which must be a fixed-width integer or a vector of them.
    func array<Element: BitwiseCopyable>(
        _ section: SnapshotFormat.Section, count: Int? = nil
    ) throws(SnapshotError) -> [Element] {
        let range = ranges[section.rawValue]
        let stride = MemoryLayout<Element>.stride
        guard range.count.isMultiple(of: stride), count.map({ $0 * stride == range.count }) ?? true else {
            throw .damaged(section: "\(section)")
        }
        return [Element](unsafeUninitializedCapacity: range.count / stride) { buffer, initialized in
            UnsafeMutableRawBufferPointer(buffer).copyMemory(from: UnsafeRawBufferPointer(rebasing: bytes[range]))
            initialized = range.count / stride
        }
    }

    private static func integer(_ bytes: UnsafeRawBufferPointer, at offset: Int) -> UInt64 {
        UInt64(littleEndian: bytes.loadUnaligned(fromByteOffset: offset, as: UInt64.self))
    }
}
