/// A geohash: the bits of longitude and latitude interleaved, longitude first, most significant first.
/// Sorting by the code lays a cell of any size out as one contiguous run.
public struct Geohash: Hashable, Comparable, Sendable {
    /// 64 bits; the first `5 × p` of them are the geohash of `p` characters.
    public let code: UInt64

    init(code: UInt64) { self.code = code }

    /// The code of a point, 32 bits an axis.
    public init(_ point: GeoPoint) {
        let latitude = Geohash.bits(Int64(point.latitudeE7) + 900_000_000, of: 1_800_000_000)
        let longitude = Geohash.bits(Int64(point.longitudeE7) + 1_800_000_000, of: 3_600_000_000)
        code = Geohash.spread(longitude) << 1 | Geohash.spread(latitude)
    }

    /// The usual text form, for example `ke7fyq` (Sandton), 1…12 characters.
    public func text(characters: Int) -> String {
        let alphabet = Array("0123456789bcdefghjkmnpqrstuvwxyz")
        return String((0..<min(max(characters, 1), 12)).map { alphabet[Int(code >> UInt64(59 - 5 * $0) & 31)] })
    }

    public static func < (a: Geohash, b: Geohash) -> Bool { a.code < b.code }

    /// The value's place on its axis in 32 bits; the axis' far end belongs to the last cell.
    private static func bits(_ value: Int64, of span: Int64) -> UInt32 {
        UInt32(min(UInt64(value) << 32 / UInt64(span), UInt64(UInt32.max)))
    }

    /// Puts a zero bit before every bit (Morton interleave by magic numbers).
    private static func spread(_ value: UInt32) -> UInt64 {
        var x = UInt64(value)
        x = (x | x << 16) & 0x0000_FFFF_0000_FFFF
        x = (x | x << 8) & 0x00FF_00FF_00FF_00FF
        x = (x | x << 4) & 0x0F0F_0F0F_0F0F_0F0F
        x = (x | x << 2) & 0x3333_3333_3333_3333
        return (x | x << 1) & 0x5555_5555_5555_5555
    }
}

/// One geohash cell of any number of bits: a rectangle of degrees and a run of codes.
struct GeohashCell: Sendable {
    let firstCode: UInt64
    let bitCount: Int
    var west = -180.0
    var east = 180.0
    var south = -90.0
    var north = 90.0

    static let world = GeohashCell(firstCode: 0, bitCount: 0)

    private init(firstCode: UInt64, bitCount: Int) {
        self.firstCode = firstCode
        self.bitCount = bitCount
    }

    /// The codes inside, both ends included.
    var codes: ClosedRange<UInt64> {
        firstCode...(bitCount == 0 ? UInt64.max : firstCode | (UInt64.max >> UInt64(bitCount)))
    }

    /// The cell's two halves; an even bit splits the longitude, an odd one the latitude.
    func halves() -> (GeohashCell, GeohashCell) {
        var lower = GeohashCell(firstCode: firstCode, bitCount: bitCount + 1)
        var upper = GeohashCell(firstCode: firstCode | 1 << UInt64(63 - bitCount), bitCount: bitCount + 1)
        (lower.west, lower.east, lower.south, lower.north) = (west, east, south, north)
        (upper.west, upper.east, upper.south, upper.north) = (west, east, south, north)
        if bitCount % 2 == 0 {
            lower.east = (west + east) / 2
            upper.west = lower.east
        } else {
            lower.north = (south + north) / 2
            upper.south = lower.north
        }
        return (lower, upper)
    }
}
