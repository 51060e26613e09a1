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
public struct DistanceFrom: Sendable, BitwiseCopyable {
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

func radians(_ degrees: Double) -> Double { degrees * (.pi / 180) }

func degreesE7(_ radians: Double) -> Double { radians * (180 / .pi * 1e7) }

func sine(_ radians: Double) -> Double { sin(radians) }

func cosine(_ radians: Double) -> Double { cos(radians) }

func arcSine(_ x: Double) -> Double { asin(x) }

func naturalLogarithm(_ x: Double) -> Double { log(x) }
