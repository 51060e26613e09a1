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
    /// All of it lies in the area, and the area in all of the other: what four comparisons decide needs no distance.
    private let inner: NodeBox
    private let outer: NodeBox

    init(_ area: GeoArea) {
        switch area {
        case .circle(let centre, let radiusMetres):
            let (quick, limit) = (QuickDistance(centre), QuickDistance.haversine(forMetres: radiusMetres))
            shape = .circle(distance: DistanceFrom(centre), radiusMetres: radiusMetres, quick: quick, haversine: limit)
            outer = NodeBox(around: centre, metres: radiusMetres * (1 + 1e-6)) ?? .world
            let square = NodeBox(around: centre, metres: radiusMetres * 0.7)
            inner = square.flatMap { quick.greatestHaversine($0) < limit * QuickDistance.below ? $0 : nil } ?? NodeBox()
        case .box(let south, let west, let north, let east):
            var (westE7, eastE7) = ((west * 1e7).rounded(), (east * 1e7).rounded())
            // The seam has two names: a box that ends there holds the points on either.
            if eastE7 == AreaTest.seamE7, westE7 > -AreaTest.seamE7 { eastE7 = -AreaTest.seamE7 }
            if westE7 == -AreaTest.seamE7, eastE7 < AreaTest.seamE7 { westE7 = AreaTest.seamE7 }
            shape = .box(
                southE7: (south * 1e7).rounded(), westE7: westE7, northE7: (north * 1e7).rounded(), eastE7: eastE7)
            (inner, outer) = (NodeBox(), .world)
        }
    }

    private static let seamE7 = 1_800_000_000.0

    /// Exact: whether the point lies in the area.
    @inline(__always)
    func contains(latitudeE7: Int32, longitudeE7: Int32) -> Bool {
        let place = NodeBox(south: latitudeE7, north: latitudeE7, west: longitudeE7, east: longitudeE7)
        if !outer.meets(place) { return false }
        if inner.holds(place) { return true }
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

    @inline(__always)
    func relation(to box: NodeBox) -> AreaRelation {
        if box.isEmpty || !outer.meets(box) { return .outside }
        return inner.holds(box) ? .inside : relationByDistance(to: box)
    }

    private func relationByDistance(to box: NodeBox) -> AreaRelation {
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

extension NodeBox {
    static let world = NodeBox(south: .min, north: .max, west: .min, east: .max)

    @inline(__always)
    func meets(_ other: NodeBox) -> Bool { other.south <= north && other.north >= south && other.west <= east && other.east >= west }

    @inline(__always)
    func holds(_ other: NodeBox) -> Bool { other.south >= south && other.north <= north && other.west >= west && other.east <= east }

    /// The box between the parallels and the meridians that a circle touches, rounded outwards; `nil` near a pole or across the 180° meridian.
    /// Touching meridians: sin(longitude) = sin(radius) / cos(latitude).
    init?(around centre: GeoPoint, metres: Double) {
        let angle = metres / earthRadiusMetres
        let latitude = radians(Double(centre.latitudeE7) / 1e7)
        guard angle >= 0, abs(latitude) + angle < 1.5 else { return nil }
        let (height, width) = (degreesE7(angle), degreesE7(arcSine(sine(angle) / cosine(latitude))))
        let (west, east) = (Double(centre.longitudeE7) - width - 1, Double(centre.longitudeE7) + width + 1)
        guard west > -1_800_000_000, east < 1_800_000_000 else { return nil }
        self.init(
            south: Int32((Double(centre.latitudeE7) - height - 1).rounded(.down)), north: Int32((Double(centre.latitudeE7) + height + 1).rounded(.up)),
            west: Int32(west.rounded(.down)), east: Int32(east.rounded(.up)))
    }
}
