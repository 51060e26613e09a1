/// Writes a snapshot as bytes. Files, names and syncing are the caller's.
public enum SnapshotWriter {
    /// Hands the snapshot to `sink` piece by piece, with `metadata` (such as the change cursor) inside. Signals are
    /// written as they are now. Reads every section twice: once for its checksum, once to write. O(bytes).
    public static func write(
        _ snapshot: IndexSnapshot, metadata: [UInt8], to sink: (UnsafeRawBufferPointer) throws -> Void
    ) throws {
        let written = WrittenSections(snapshot, metadata: metadata)
        var entries: [UInt64] = []
        var offset = aligned(SnapshotFormat.headerBytes)
        for section in SnapshotFormat.Section.allCases {
            written.withBytes(section) { bytes in
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
            try written.withBytes(section) { try writePadded($0, to: sink) }
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
}

/// The sections of a snapshot's image, with those that are not in it or have changed since.
private struct WrittenSections {
    private let image: IndexImage
    private var replaced: [SnapshotFormat.Section: [UInt8]]

    init(_ snapshot: IndexSnapshot, metadata: [UInt8]) {
        image = snapshot.image
        replaced = [.metadata: metadata, .strings: SnapshotStrings(snapshot).encoded()]
        let signals = snapshot.signals
        let rows = 0..<snapshot.rowCount
        replaced[.ratings] = bytes(rows.map { signals.ratings[$0] })
        replaced[.reviewCounts] = bytes(rows.map { signals.reviewCounts[$0] })
        replaced[.qualities] = bytes(rows.map { signals.qualities[$0] })
        replaced[.fees] = bytes(rows.map { signals.feesCents[$0] })
        replaced[.nextAvailable] = bytes(rows.map { signals.nextAvailableMinutes[$0] })
        replaced[.flags] = bytes(rows.map { signals.flags[$0] })
    }

    private func bytes<Value: BitwiseCopyable>(_ values: [Value]) -> [UInt8] { values.withUnsafeBytes { Array($0) } }

    func withBytes(_ section: SnapshotFormat.Section, _ body: (UnsafeRawBufferPointer) throws -> Void) rethrows {
        if let bytes = replaced[section] { try bytes.withUnsafeBytes(body) } else { try body(image.bytes(section)) }
    }
}
