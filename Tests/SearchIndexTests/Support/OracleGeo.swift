import Foundation
import SearchIndex

/// Geography written a second time, from the textbook, for the oracle.
enum OracleGeo {
    static let fullTurnE7 = 3_600_000_000

    /// Haversine with atan2, on whole ten-millionths of a degree so that the seam and the poles are exact.
    static func metres(_ a: GeoPoint, _ b: GeoPoint) -> Double {
        let turn = abs(Int(a.longitudeE7) - Int(b.longitudeE7))
        let halfLongitude = radians(min(turn, fullTurnE7 - turn)) / 2
        let halfLatitude = radians(Int(a.latitudeE7) - Int(b.latitudeE7)) / 2
        let h = pow(sin(halfLatitude), 2) + cosine(a) * cosine(b) * pow(sin(halfLongitude), 2)
        return 2 * 6_371_008.8 * atan2(h.squareRoot(), max(0, 1 - h).squareRoot())
    }

    private static func cosine(_ point: GeoPoint) -> Double {
        abs(point.latitudeE7) == 900_000_000 ? 0 : cos(radians(Int(point.latitudeE7)))
    }

    private static func radians(_ e7: Int) -> Double { Double(e7) / 1e7 * .pi / 180 }

    static func contains(_ area: GeoArea, _ point: GeoPoint) -> Bool {
        switch area {
        case .circle(let centre, let radiusMetres): return metres(centre, point) <= radiusMetres
        case .box(let south, let west, let north, let east):
            func e7(_ degrees: Double) -> Double { (degrees * 1e7).rounded() }
            guard Double(point.latitudeE7) >= e7(south), Double(point.latitudeE7) <= e7(north) else { return false }
            // The meridian of 180° has two names.
            let names = abs(point.longitudeE7) == 1_800_000_000 ? [-1.8e9, 1.8e9] : [Double(point.longitudeE7)]
            return names.contains { longitude in
                west > east
                    ? longitude >= e7(west) || longitude <= e7(east) : longitude >= e7(west) && longitude <= e7(east)
            }
        }
    }

    /// Whether rounding could decide on which side of a circle's border the point lies.
    static func isAmbiguous(_ area: GeoArea, _ point: GeoPoint) -> Bool {
        guard case .circle(let centre, let radius) = area else { return false }
        let distance = metres(centre, point)
        return distance != radius && abs(distance - radius) <= tolerance(metres: distance)
    }

    /// What two correct formulas may differ by; the arc sine is steep near the antipode.
    static func tolerance(metres: Double) -> Double { metres > 1.9e7 ? 0.5 : 1e-9 * max(1, metres) }

    /// The 64 bits of the geohash by halving intervals, as in its definition.
    static func geohash(_ point: GeoPoint) -> UInt64 {
        var (south, north, west, east) = (-9e8, 9e8, -1.8e9, 1.8e9)
        var code: UInt64 = 0
        for bit in 0..<64 {
            code <<= 1
            if bit.isMultiple(of: 2) {
                let middle = (west + east) / 2
                if Double(point.longitudeE7) >= middle { (west, code) = (middle, code | 1) } else { east = middle }
            } else {
                let middle = (south + north) / 2
                if Double(point.latitudeE7) >= middle { (south, code) = (middle, code | 1) } else { north = middle }
            }
        }
        return code
    }
}
