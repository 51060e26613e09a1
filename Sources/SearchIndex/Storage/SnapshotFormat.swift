/// The snapshot's layout in bytes, little-endian:
///
///     "RTDINDEX" · version · section count · one entry a section · checksum of all before · sections, each on 64 bytes
///
/// An entry is (offset, byte count, checksum), 64 bits each. Sections stand in the order of `Section`.
enum SnapshotFormat {
    static let magic = Array("RTDINDEX".utf8)
    /// Raised with every change of the layout; a file of another version is refused and built anew.
    static let version: UInt64 = 1
    static let alignment = 64

    enum Section: Int, CaseIterable {
        case metadata, strings
        case ids, latitudes, longitudes, locatedCount, ratings, reviewCounts, qualities, fees, nextAvailable
        case fieldLengths, tagDimensions, rowTagEnds, rowTags
        case termBytes, termEnds, postingRows, postingPatterns, postingStarts, patterns
        case storedBytes, storedEnds
    }

    static let entryBytes = 24
    static let headerBytes = 8 + 8 + 8 + Section.allCases.count * entryBytes + 8

    /// 64-bit multiply-and-mix over words, about 1 byte a cycle or better; finds every flipped bit of a word.
    static func checksum(_ bytes: UnsafeRawBufferPointer) -> UInt64 {
        var hash = 0x9E37_79B9_7F4A_7C15 ^ UInt64(bytes.count)
        let wholeWords = bytes.count & ~7
        for offset in stride(from: 0, to: wholeWords, by: 8) {
            hash = mix(hash ^ bytes.loadUnaligned(fromByteOffset: offset, as: UInt64.self))
        }
        for offset in wholeWords..<bytes.count { hash = mix(hash ^ UInt64(bytes[offset])) }
        return hash
    }

    private static func mix(_ value: UInt64) -> UInt64 {
        let product = value &* 0xFF51_AFD7_ED55_8CCD
        return product ^ product >> 32
    }
}

/// Why bytes are not a usable snapshot.
public enum SnapshotError: Error, Equatable, CustomStringConvertible {
    case notASnapshot
    case otherVersion(found: UInt64, expected: UInt64)
    case truncated(expectedBytes: UInt64, foundBytes: Int)
    case damaged(section: String)

    public var description: String {
        switch self {
        case .notASnapshot: "not a search index snapshot"
        case .otherVersion(let found, let expected): "snapshot version \(found), this program reads version \(expected)"
        case .truncated(let expected, let found): "snapshot is cut short: \(found) of \(expected) bytes"
        case .damaged(let section): "snapshot is damaged in its \(section)"
        }
    }
}
