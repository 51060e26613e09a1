/// Where hits may lie.
public enum GeoArea: Hashable, Sendable {
    /// Within `radiusMetres` of `centre` along the surface, the border included.
    case circle(centre: GeoPoint, radiusMetres: Double)
    /// Between two parallels and two meridians, borders included. `west > east` crosses the 180° meridian.
    case box(south: Double, west: Double, north: Double, east: Double)
}

/// How a cell lies to an area.
enum CellRelation { case outside, partly, inside }

/// An area ready for testing cells and points. Cell answers may err towards `partly`, never the other way.
struct AreaTest: Sendable {
    private enum Shape: Sendable {
        case circle(centre: UnitVector, distance: DistanceFrom, radiusMetres: Double, squaredChord: Double)
        /// Whole ten-millionths as doubles, so that NaN and infinities compare as they should: with nothing, with all.
        case box(southE7: Double, westE7: Double, northE7: Double, eastE7: Double)
    }
    private let shape: Shape
    /// Widens chords so that rounding never excludes a point; the exact test decides.
    private static let chordSlack = 1e-12

    init(_ area: GeoArea) {
        switch area {
        case .circle(let centre, let radiusMetres):
            shape = .circle(
                centre: UnitVector(centre), distance: DistanceFrom(centre), radiusMetres: radiusMetres,
                squaredChord: SearchIndex.squaredChord(forMetres: radiusMetres))
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
        case .circle(_, let distance, let radiusMetres, _):
            return distance.metres(latitudeE7: latitudeE7, longitudeE7: longitudeE7) <= radiusMetres
        case .box(let south, let west, let north, let east):
            let (latitude, longitude) = (Double(latitudeE7), Double(longitudeE7))
            guard south <= latitude, latitude <= north else { return false }
            return west > east ? longitude >= west || longitude <= east : west <= longitude && longitude <= east
        }
    }

    func relation(to cell: GeohashCell) -> CellRelation {
        switch shape {
        case .circle(let centre, _, _, let limit):
            let box = VectorBox(cell)
            if box.leastSquaredChord(to: centre) > limit + AreaTest.chordSlack { return .outside }
            return box.greatestSquaredChord(to: centre) < limit - AreaTest.chordSlack ? .inside : .partly
        case .box(let southE7, let westE7, let northE7, let eastE7):
            let (south, west, north, east) = (
                southE7 / 1e7, westE7 / 1e7, northE7 / 1e7, eastE7 / 1e7
            )
            if cell.north < south || cell.south > north { return .outside }
            let (meets, holds) =
                west > east
                ? (cell.east >= west || cell.west <= east, cell.west >= west || cell.east <= east)
                : (cell.east >= west && cell.west <= east, cell.west >= west && cell.east <= east)
            if !meets { return .outside }
            // A point on a cell's border may be rounded into it: only cells strictly inside skip the exact test.
            return holds && cell.south > south && cell.north < north ? .inside : .partly
        }
    }
}

/// The axis-aligned box in space that encloses a cell's patch of the unit sphere. Sound everywhere: poles and seam included.
struct VectorBox: Sendable {
    let x: ClosedRange<Double>
    let y: ClosedRange<Double>
    let z: ClosedRange<Double>

    init(_ cell: GeohashCell) {
        // Points are rounded to 1e-7°, so a cell also answers for the points rounded into it from just outside.
        let slack = 1e-7
        let south = radians(max(cell.south - slack, -90)), north = radians(min(cell.north + slack, 90))
        let west = radians(max(cell.west - slack, -180)), east = radians(min(cell.east + slack, 180))
        let cosines = cosineRange(south, north)
        x = VectorBox.product(cosines, cosineRange(west, east))
        y = VectorBox.product(cosines, sineRange(west, east))
        z = sineRange(south, north)
    }

    /// Range of a product whose first factor is never below 0 (but for rounding at the poles).
    private static func product(_ a: ClosedRange<Double>, _ b: ClosedRange<Double>) -> ClosedRange<Double> {
        let corners = [
            a.lowerBound * b.lowerBound, a.lowerBound * b.upperBound, a.upperBound * b.lowerBound,
            a.upperBound * b.upperBound,
        ]
        return corners.reduce(.infinity, min)...corners.reduce(-.infinity, max)
    }

    func leastSquaredChord(to v: UnitVector) -> Double {
        func gap(_ value: Double, _ range: ClosedRange<Double>) -> Double {
            let d = max(range.lowerBound - value, 0, value - range.upperBound)
            return d * d
        }
        return gap(v.x, x) + gap(v.y, y) + gap(v.z, z)
    }

    func greatestSquaredChord(to v: UnitVector) -> Double {
        func span(_ value: Double, _ range: ClosedRange<Double>) -> Double {
            let d = max(abs(range.lowerBound - value), abs(range.upperBound - value))
            return d * d
        }
        return span(v.x, x) + span(v.y, y) + span(v.z, z)
    }
}
