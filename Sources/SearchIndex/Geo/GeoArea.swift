/// Where hits may lie.
public enum GeoArea: Hashable, Sendable {
    /// Within `radiusMetres` of `centre` along the surface, the border included.
    case circle(centre: GeoPoint, radiusMetres: Double)
    /// Between two parallels and two meridians, borders included. `west > east` crosses the 180° meridian.
    case box(south: Double, west: Double, north: Double, east: Double)
}

/// How a run of rows lies to an area.
enum AreaRelation { case outside, partly, inside }

/// An area ready for testing boxes and points. Box answers may err towards `partly`, never the other way.
struct AreaTest: Sendable, BitwiseCopyable {
    private enum Shape: Sendable, BitwiseCopyable {
        case circle(distance: DistanceFrom, radiusMetres: Double, quick: QuickDistance, haversine: Double)
        /// Whole ten-millionths as doubles, so that NaN and infinities compare as they should: with nothing, with all.
        case box(southE7: Double, westE7: Double, northE7: Double, eastE7: Double)
    }
    private let shape: Shape
    init(_ area: GeoArea) {
        switch area {
        case .circle(let centre, let radiusMetres):
            shape = .circle(
                distance: DistanceFrom(centre), radiusMetres: radiusMetres, quick: QuickDistance(centre),
                haversine: QuickDistance.haversine(forMetres: radiusMetres))
        case .box(let south, let west, let north, let east):
            var (westE7, eastE7) = ((west * 1e7).rounded(), (east * 1e7).rounded())
            // The seam has two names: a box that ends there holds the points on either.
            if eastE7 == AreaTest.seamE7, westE7 > -AreaTest.seamE7 { eastE7 = -AreaTest.seamE7 }
            if westE7 == -AreaTest.seamE7, eastE7 < AreaTest.seamE7 { westE7 = AreaTest.seamE7 }
            shape = .box(
                southE7: (south * 1e7).rounded(), westE7: westE7, northE7: (north * 1e7).rounded(), eastE7: eastE7)
        }
    }

    private static let seamE7 = 1_800_000_000.0

    /// Exact: whether the point lies in the area.
    @inline(__always)
    func contains(latitudeE7: Int32, longitudeE7: Int32) -> Bool {
        switch shape {
        case .circle(let distance, let radiusMetres, let quick, let limit):
            let haversine = quick.haversine(latitudeE7: latitudeE7, longitudeE7: longitudeE7)
            if haversine > limit * QuickDistance.above { return false }
            if haversine < limit * QuickDistance.below { return true }
            return distance.metres(latitudeE7: latitudeE7, longitudeE7: longitudeE7) <= radiusMetres
        case .box(let south, let west, let north, let east):
            let (latitude, longitude) = (Double(latitudeE7), Double(longitudeE7))
            guard south <= latitude, latitude <= north else { return false }
            return west > east ? longitude >= west || longitude <= east : west <= longitude && longitude <= east
        }
    }

    func relation(to box: NodeBox) -> AreaRelation {
        if box.isEmpty { return .outside }
        switch shape {
        case .circle(_, _, let quick, let limit):
            if quick.leastHaversine(box) > limit * QuickDistance.above { return .outside }
            return quick.greatestHaversine(box) < limit * QuickDistance.below ? .inside : .partly
        case .box(let southE7, let westE7, let northE7, let eastE7):
            let (south, north) = (Double(box.south), Double(box.north))
            let (west, east) = (Double(box.west), Double(box.east))
            if north < southE7 || south > northE7 { return .outside }
            let (meets, holds) =
                westE7 > eastE7
                ? (east >= westE7 || west <= eastE7, west >= westE7 || east <= eastE7)
                : (east >= westE7 && west <= eastE7, west >= westE7 && east <= eastE7)
            if !meets { return .outside }
            return holds && south >= southE7 && north <= northE7 ? .inside : .partly
        }
    }
}
