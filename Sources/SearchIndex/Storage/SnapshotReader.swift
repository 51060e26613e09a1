/// Opens what `SnapshotWriter` wrote, and refuses anything else.
public enum SnapshotReader {
    /// Verifies every checksum, then reads the sections where they lie. O(bytes).
    /// - Parameters:
    ///   - bytes: aligned to 64 bytes, such as a mapped file; never written while the snapshot is used.
    ///   - owner: keeps `bytes` valid for as long as it lives. The snapshot holds it.
    public static func read(
        _ bytes: UnsafeRawBufferPointer, owner: AnyObject
    ) throws(SnapshotError) -> (snapshot: IndexSnapshot, metadata: [UInt8]) {
        let image = IndexImage(sections: try sections(bytes), owner: owner)
        guard let strings = SnapshotStrings(image.bytes(.strings)) else { throw .damaged(section: "strings") }
        let dimensions = image.column(.tagDimensions, as: UInt16.self)
        guard dimensions.count == strings.tagValues.count else { throw .damaged(section: "tagDimensions") }
        let tags = strings.tagValues.enumerated().map { Tag(dimension: Int(dimensions[$0]), value: $1) }
        let snapshot = try IndexSnapshot(image, schema: strings.schema, tags: tags)
        return (snapshot, Array(image.bytes(.metadata)))
    }

    private static func sections(_ bytes: UnsafeRawBufferPointer) throws(SnapshotError) -> [UnsafeRawBufferPointer] {
        guard bytes.count >= 24, bytes.prefix(8).elementsEqual(SnapshotFormat.magic) else { throw .notASnapshot }
        let version = integer(bytes, at: 8)
        guard version == SnapshotFormat.version else {
            throw .otherVersion(found: version, expected: SnapshotFormat.version)
        }
        let headerBytes = SnapshotFormat.headerBytes
        guard bytes.count >= headerBytes else {
            throw .truncated(expectedBytes: UInt64(headerBytes), foundBytes: bytes.count)
        }
        let header = UnsafeRawBufferPointer(rebasing: bytes[..<(headerBytes - 8)])
        guard integer(bytes, at: headerBytes - 8) == SnapshotFormat.checksum(header) else { throw .damaged(section: "header") }
        var sections: [UnsafeRawBufferPointer] = []
        for section in SnapshotFormat.Section.allCases {
            let entry = 24 + section.rawValue * SnapshotFormat.entryBytes
            let (offset, count) = (integer(bytes, at: entry), integer(bytes, at: entry + 8))
            let (end, overflows) = offset.addingReportingOverflow(count)
            guard !overflows, end <= UInt64(bytes.count) else {
                throw .truncated(expectedBytes: overflows ? .max : end, foundBytes: bytes.count)
            }
            let range = UnsafeRawBufferPointer(rebasing: bytes[Int(offset)..<Int(end)])
            guard offset.isMultiple(of: UInt64(SnapshotFormat.alignment)),
                SnapshotFormat.checksum(range) == integer(bytes, at: entry + 16)
            else { throw .damaged(section: "\(section)") }
            sections.append(range)
        }
        return sections
    }

    private static func integer(_ bytes: UnsafeRawBufferPointer, at offset: Int) -> UInt64 {
        UInt64(littleEndian: bytes.loadUnaligned(fromByteOffset: offset, as: UInt64.self))
    }
}
