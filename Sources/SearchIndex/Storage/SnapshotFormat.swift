/// The snapshot's layout in bytes, little-endian:
///
///     "RTDINDEX" · version · section count · one entry a section · checksum of all before · sections, each on 64 bytes
///
/// An entry is (offset, byte count, checksum), 64 bits each. Sections stand in the order of `Section`.
enum SnapshotFormat {
    static let magic = Array("RTDINDEX".utf8)
    /// Raised with every change of the layout; a file of another version is refused and built anew.
    static let version: UInt64 = 4
    static let alignment = 64

    enum Section: Int, CaseIterable {
        case metadata, strings
        case ids, idOrder, sharedRows, latitudes, longitudes, counts, contentHashes
        case ratings, reviewCounts, qualities, fees, nextAvailable, flags
        case fieldLengths, jointLengths
        case tagDimensions, tagCounts, tagOffsets, tagSparseRows, tagDenseBits, tagDenseRanks
        case combinationCounts, combinationParents, combinationTags, rowCombinations
        case termBytes, termEnds, termsByEnding
        case termCounts, termOffsets, termSparseRows, termDenseBits, termDenseRanks
        case postingStarts, patterns, narrowPatternCodes, widePatternCodes, frequencySums
        case outsideCounts, outsideOffsets, outsideSparseRows, outsideDenseBits, outsideDenseRanks
        case termMaxima, leafMaxima, windowMaxima
        case impactStarts, impactRows, impactLevels
        case storedBytes, storedEnds
    }

    static let entryBytes = 24
    static let headerBytes = 8 + 8 + 8 + Section.allCases.count * entryBytes + 8

    /// Four independent multiply-and-mix lanes over 64-bit words, so that memory is the limit; a flipped bit changes its
    /// lane's product by an odd multiple of a power of two, which the final mixing keeps.
    static func checksum(_ bytes: UnsafeRawBufferPointer) -> UInt64 {
        var (a, b, c, d): (UInt64, UInt64, UInt64, UInt64) = (1, 2, 3, 4)
        let wholeBlocks = bytes.count & ~31
        var offset = 0
        while offset < wholeBlocks {
            a = mix(a ^ bytes.loadUnaligned(fromByteOffset: offset, as: UInt64.self))
            b = mix(b ^ bytes.loadUnaligned(fromByteOffset: offset &+ 8, as: UInt64.self))
            c = mix(c ^ bytes.loadUnaligned(fromByteOffset: offset &+ 16, as: UInt64.self))
            d = mix(d ^ bytes.loadUnaligned(fromByteOffset: offset &+ 24, as: UInt64.self))
            offset &+= 32
        }
        var hash = 0x9E37_79B9_7F4A_7C15 ^ UInt64(bytes.count)
        for lane in [a, b, c, d] { hash = mix(hash ^ lane) }
        for offset in wholeBlocks..<bytes.count { hash = mix(hash ^ UInt64(bytes[offset])) }
        return hash
    }

    @inline(__always)
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
