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
