/// Haversines good to far better than one part in 10⁹, without calls to the mathematics library: what decides nearly
/// every comparison, so that the exact distance is computed only where it matters.
struct QuickDistance: Sendable, BitwiseCopyable {
    private let latitudeE7: Int
    private let longitudeE7: Int
    private let cosineLatitude: Double

    /// A quick haversine times these is certainly not below, or not above, the exact one.
    static let above = 1 + 1e-9
    static let below = 1 - 1e-9

    init(_ point: GeoPoint) {
        latitudeE7 = Int(point.latitudeE7)
        longitudeE7 = Int(point.longitudeE7)
        cosineLatitude = QuickDistance.cosine(latitudeE7)
    }

    /// The haversine of the angle between the point and a place, 0…1.
    @inline(__always)
    func haversine(latitudeE7 latitude: Int32, longitudeE7 longitude: Int32) -> Double {
        let turn = abs(Int(longitude) &- longitudeE7)
        return haversine(
            latitudeTurn: abs(Int(latitude) &- latitudeE7), longitudeTurn: min(turn, QuickDistance.fullTurnE7 &- turn),
            cosine: QuickDistance.cosine(Int(latitude)))
    }

    /// Not above the haversine to any place in the box, which must not be empty.
    @inline(__always)
    func leastHaversine(_ box: NodeBox) -> Double {
        let north = latitudeE7 &- Int(box.north)
        let south = Int(box.south) &- latitudeE7
        let isWithin = longitudeE7 >= Int(box.west) && longitudeE7 <= Int(box.east)
        let longitudeTurn = isWithin ? 0 : min(turn(to: box.west), turn(to: box.east))
        // The parallel that is farthest from the equator is the shortest.
        let farthest = max(abs(Int(box.south)), abs(Int(box.north)))
        return haversine(
            latitudeTurn: max(0, max(north, south)), longitudeTurn: longitudeTurn, cosine: QuickDistance.cosine(farthest))
    }

    /// Not below the haversine to any place in the box, which must not be empty.
    func greatestHaversine(_ box: NodeBox) -> Double {
        let latitudeTurn = max(abs(Int(box.south) &- latitudeE7), abs(Int(box.north) &- latitudeE7))
        let opposite = longitudeE7 <= 0 ? longitudeE7 &+ QuickDistance.fullTurnE7 / 2 : longitudeE7 &- QuickDistance.fullTurnE7 / 2
        let holdsOpposite = opposite >= Int(box.west) && opposite <= Int(box.east)
        let longitudeTurn = holdsOpposite ? QuickDistance.fullTurnE7 / 2 : max(turn(to: box.west), turn(to: box.east))
        let nearest = box.south <= 0 && box.north >= 0 ? 0 : min(abs(Int(box.south)), abs(Int(box.north)))
        return haversine(latitudeTurn: latitudeTurn, longitudeTurn: longitudeTurn, cosine: QuickDistance.cosine(nearest))
    }

    /// Not above the metres that belong to a quick haversine: the arc sine's series without its rest.
    @inline(__always)
    static func leastMetres(haversine: Double) -> Double {
        let x = haversine.squareRoot()
        return 2 * earthRadiusMetres * QuickDistance.below * (x + x * haversine / 6)
    }

    /// The haversine that belongs to a distance: 0 below 0, infinite from half the globe's girth, NaN for NaN.
    static func haversine(forMetres metres: Double) -> Double {
        let halfAngle = metres / (2 * earthRadiusMetres)
        if halfAngle >= .pi / 2 { return .infinity }
        if halfAngle < 0 { return -1 }
        let sine = sine(halfAngle)
        return sine * sine
    }

    private static let fullTurnE7 = 3_600_000_000

    @inline(__always)
    private func turn(to longitude: Int32) -> Int {
        let turn = abs(Int(longitude) &- longitudeE7)
        return min(turn, QuickDistance.fullTurnE7 &- turn)
    }

    @inline(__always)
    private func haversine(latitudeTurn: Int, longitudeTurn: Int, cosine: Double) -> Double {
        let latitudeSine = QuickDistance.sine(Double(latitudeTurn) * QuickDistance.halfRadiansPerE7)
        let longitudeSine = QuickDistance.sine(Double(longitudeTurn) * QuickDistance.halfRadiansPerE7)
        return latitudeSine * latitudeSine + cosineLatitude * cosine * (longitudeSine * longitudeSine)
    }

    private static let halfRadiansPerE7 = Double.pi / 180 / 1e7 / 2

    @inline(__always)
    private static func cosine(_ latitudeE7: Int) -> Double {
        sine(Double(900_000_000 &- abs(latitudeE7)) * (2 * halfRadiansPerE7))
    }

    /// Taylor's series to the 15th power: off by less than 7 · 10⁻¹² at a right angle, exact to the double near 0.
    @inline(__always)
    private static func sine(_ x: Double) -> Double {
        let square = x * x
        var sum = -1 / 1_307_674_368_000.0
        sum = sum * square + 1 / 6_227_020_800.0
        sum = sum * square - 1 / 39_916_800.0
        sum = sum * square + 1 / 362_880.0
        sum = sum * square - 1 / 5_040.0
        sum = sum * square + 1 / 120.0
        sum = sum * square - 1 / 6.0
        return x + x * square * sum
    }
}
