private import Glibc

/// The mean radius of the Earth. A sphere is off by up to 0.5 % from the ellipsoid.
public let earthRadiusMetres = 6_371_008.8

/// Great-circle distance in metres by the haversine formula, exact to the double's precision for near points.
/// Two trigonometric calls on top of the query point's own.
@inlinable
public func distanceMetres(_ a: GeoPoint, _ b: GeoPoint) -> Double {
    DistanceFrom(a).metres(to: b)
}

/// The query side of a distance, with its trigonometry done once.
public struct DistanceFrom: Sendable {
    private let point: GeoPoint
    private let cosineLatitude: Double

    /// Prepares for many distances from `point`.
    public init(_ point: GeoPoint) {
        self.point = point
        cosineLatitude = cosine(latitudeE7: point.latitudeE7)
    }

    /// Metres along the great circle to `point`, 0…π·R.
    public func metres(to point: GeoPoint) -> Double {
        metres(latitudeE7: point.latitudeE7, longitudeE7: point.longitudeE7)
    }

    @inline(__always)
    func metres(latitudeE7: Int32, longitudeE7: Int32) -> Double {
        // Differences of whole numbers are exact, and so is the turn the other way round across the seam.
        let turn = abs(Int(longitudeE7) - Int(point.longitudeE7))
        let sineHalfLongitude = sin(radians(Double(min(turn, fullTurnE7 - turn)) / 1e7) / 2)
        let sineHalfLatitude = sin(radians(Double(Int(latitudeE7) - Int(point.latitudeE7)) / 1e7) / 2)
        let haversine =
            sineHalfLatitude * sineHalfLatitude
            + cosineLatitude * cosine(latitudeE7: latitudeE7) * sineHalfLongitude * sineHalfLongitude
        return 2 * earthRadiusMetres * asin(min(1, haversine.squareRoot()))
    }
}

private let fullTurnE7 = 3_600_000_000

/// Cosine of a latitude, by way of the pole so that it is exactly 0 there.
@inline(__always)
private func cosine(latitudeE7: Int32) -> Double {
    sin(radians(Double(900_000_000 - abs(Int(latitudeE7))) / 1e7))
}

/// A point as a unit vector: the squared chord between two vectors orders like the distance and has no seam.
struct UnitVector: Sendable {
    var x: Double
    var y: Double
    var z: Double

    init(_ point: GeoPoint) {
        self.init(latitudeRadians: radians(point.latitude), longitudeRadians: radians(point.longitude))
    }

    init(latitudeRadians: Double, longitudeRadians: Double) {
        x = cos(latitudeRadians) * cos(longitudeRadians)
        y = cos(latitudeRadians) * sin(longitudeRadians)
        z = sin(latitudeRadians)
    }
}

/// The squared chord that belongs to a distance along the surface: 0 below 0, 4 (the antipode) from half the globe's girth.
func squaredChord(forMetres metres: Double) -> Double {
    let halfAngle = max(metres, 0) / (2 * earthRadiusMetres)
    if halfAngle >= Double.pi / 2 { return 4 }
    let chord = 2 * sin(halfAngle)
    return chord * chord
}

func radians(_ degrees: Double) -> Double { degrees * (.pi / 180) }

func naturalLogarithm(_ x: Double) -> Double { log(x) }

/// Least and greatest value of the cosine between two angles in radians, −π ≤ a ≤ b ≤ π.
func cosineRange(_ a: Double, _ b: Double) -> ClosedRange<Double> {
    let (first, last) = (cos(a), cos(b))
    return min(first, last)...(a <= 0 && b >= 0 ? 1 : max(first, last))
}

/// Least and greatest value of the sine between two angles in radians, −π ≤ a ≤ b ≤ π.
func sineRange(_ a: Double, _ b: Double) -> ClosedRange<Double> {
    let (first, last) = (sin(a), sin(b))
    let low = a <= -Double.pi / 2 && b >= -Double.pi / 2 ? -1 : min(first, last)
    let high = a <= Double.pi / 2 && b >= Double.pi / 2 ? 1 : max(first, last)
    return low...high
}
