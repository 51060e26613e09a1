/// Writes a snapshot as bytes. Files, names and syncing are the caller's.
public enum SnapshotWriter {
    /// Hands the snapshot to `sink` piece by piece, with `metadata` (such as the change cursor) inside.
    /// Reads every array twice: once for its checksum, once to write. O(bytes).
    public static func write(
        _ snapshot: IndexSnapshot, metadata: [UInt8], to sink: (UnsafeRawBufferPointer) throws -> Void
    ) throws {
        var entries: [UInt64] = []
        var offset = aligned(SnapshotFormat.headerBytes)
        for section in SnapshotFormat.Section.allCases {
            try withBytes(of: section, snapshot, metadata) { bytes in
                entries += [UInt64(offset), UInt64(bytes.count), SnapshotFormat.checksum(bytes)]
                offset = aligned(offset + bytes.count)
            }
        }
        var header = SnapshotFormat.magic
        append(SnapshotFormat.version, to: &header)
        append(UInt64(SnapshotFormat.Section.allCases.count), to: &header)
        for value in entries { append(value, to: &header) }
        append(header.withUnsafeBytes(SnapshotFormat.checksum), to: &header)
        try header.withUnsafeBytes { try writePadded($0, to: sink) }
        for section in SnapshotFormat.Section.allCases {
            try withBytes(of: section, snapshot, metadata) { try writePadded($0, to: sink) }
        }
    }

    private static func aligned(_ offset: Int) -> Int {
        (offset + SnapshotFormat.alignment - 1) / SnapshotFormat.alignment * SnapshotFormat.alignment
    }

    private static func append(_ value: UInt64, to bytes: inout [UInt8]) {
        withUnsafeBytes(of: value.littleEndian) { bytes += $0 }
    }

    private static func writePadded(
        _ bytes: UnsafeRawBufferPointer, to sink: (UnsafeRawBufferPointer) throws -> Void
    ) throws {
        try sink(bytes)
        let padding = [UInt8](repeating: 0, count: aligned(bytes.count) - bytes.count)
        try padding.withUnsafeBytes(sink)
    }

    private static func withBytes(
        of section: SnapshotFormat.Section, _ snapshot: IndexSnapshot, _ metadata: [UInt8],
        _ body: (UnsafeRawBufferPointer) throws -> Void
    ) throws {
        let (columns, tags, postings) = (snapshot.columns, snapshot.tags, snapshot.postings)
        switch section {
        case .metadata: try metadata.withUnsafeBytes(body)
        case .strings: try SnapshotStrings(snapshot).encoded().withUnsafeBytes(body)
        case .ids: try columns.ids.withUnsafeBytes(body)
        case .latitudes: try columns.latitudesE7.withUnsafeBytes(body)
        case .longitudes: try columns.longitudesE7.withUnsafeBytes(body)
        case .locatedCount: try [UInt64(columns.locatedCount)].withUnsafeBytes(body)
        case .ratings: try columns.ratings.withUnsafeBytes(body)
        case .reviewCounts: try columns.reviewCounts.withUnsafeBytes(body)
        case .qualities: try columns.qualities.withUnsafeBytes(body)
        case .fees: try columns.feesCents.withUnsafeBytes(body)
        case .nextAvailable: try columns.nextAvailableMinutes.withUnsafeBytes(body)
        case .fieldLengths: try snapshot.fieldLengths.withUnsafeBytes(body)
        case .tagDimensions: try tags.tags.map { UInt16($0.dimension) }.withUnsafeBytes(body)
        case .rowTagEnds: try tags.rowTagEnds.withUnsafeBytes(body)
        case .rowTags: try tags.rowTags.withUnsafeBytes(body)
        case .termBytes: try snapshot.terms.bytes.withUnsafeBytes(body)
        case .termEnds: try snapshot.terms.ends.withUnsafeBytes(body)
        case .postingRows: try postings.rows.withUnsafeBytes(body)
        case .postingPatterns: try postings.patternNumbers.withUnsafeBytes(body)
        case .postingStarts: try postings.starts.withUnsafeBytes(body)
        case .patterns: try postings.patterns.map(\.values).withUnsafeBytes(body)
        case .storedBytes: try snapshot.stored.bytes.withUnsafeBytes(body)
        case .storedEnds: try snapshot.stored.ends.withUnsafeBytes(body)
        }
    }
}
