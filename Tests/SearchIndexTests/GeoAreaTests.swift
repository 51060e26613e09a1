import Foundation
import Testing

@testable import SearchIndex

@Suite("Areas and distances")
struct GeoAreaTests {
    private static let quarterGlobe = Double.pi / 2 * earthRadiusMetres

    private func circle(_ latitude: Double, _ longitude: Double, _ radiusMetres: Double) -> GeoArea {
        .circle(centre: globePoint(latitude, longitude), radiusMetres: radiusMetres)
    }

    @Test("a circle crosses the 180° meridian from either side")
    func seam() throws {
        let globe = Globe([(0, 179.99), (0, -179.99), (0, 180), (0, -180), (0, 178), (0, -178)])
        for longitude in [179.995, -179.995, 180, -180] {
            #expect(try globe.ids(in: circle(0, longitude, 5000)) == [0, 1, 2, 3])
        }
        #expect(distanceMetres(globePoint(0, 180), globePoint(0, -180)) == 0)
        #expect(try globe.ids(in: circle(0, 180, 0)) == [2, 3])
        #expect(try globe.ids(nearestTo: globePoint(0, 179.995)).prefix(4) == [0, 2, 3, 1])
    }

    @Test("all longitudes meet at the poles", arguments: [1.0, -1.0])
    func poles(sign: Double) throws {
        let globe = Globe([
            (90 * sign, 0), (90 * sign, 77), (90 * sign, -180), (89.99 * sign, 0), (89.99 * sign, 180), (89.99 * sign, -90),
            (89 * sign, 0), (-90 * sign, 0),
        ])
        #expect(try globe.ids(in: circle(90 * sign, 33, 0)) == [0, 1, 2])
        #expect(try globe.ids(in: circle(90 * sign, -120, 1200)) == [0, 1, 2, 3, 4, 5])
        #expect(try globe.ids(in: circle(89.99 * sign, 90, 2300)) == [0, 1, 2, 3, 4, 5])
        #expect(try globe.ids(in: circle(89.99 * sign, 0, 1500)) == [0, 1, 2, 3])
    }

    @Test("a radius may exceed a quarter of the globe")
    func largeRadius() throws {
        let globe = Globe([(0, 0), (0, 89), (0, 91), (0, -100), (80, 180), (0, 179), (-0.5, 180)])
        let degree = GeoAreaTests.quarterGlobe / 90
        #expect(try globe.ids(in: circle(0, 0, degree * 90)) == [0, 1])
        #expect(try globe.ids(in: circle(0, 0, degree * 120)) == [0, 1, 2, 3, 4])
        #expect(try globe.ids(in: circle(0, 0, degree * 178.9)) == [0, 1, 2, 3, 4])
        #expect(try globe.ids(in: circle(0, 0, degree * 179.1)) == [0, 1, 2, 3, 4, 5])
        #expect(try globe.ids(in: circle(0, 0, degree * 181)) == Array(0...6))
    }

    @Test("radius 0 finds the very point and nothing else; below 0 nothing at all")
    func radiusZero() throws {
        let globe = Globe([(-26.1, 28.05), (-26.1, 28.05), (-26.1000001, 28.05), (-26.1, 28.0500001)])
        #expect(try globe.ids(in: circle(-26.1, 28.05, 0)) == [0, 1])
        for radius in [-1, -1000, -1e6, -3e7, -Double.infinity] {
            #expect(try globe.ids(in: circle(-26.1, 28.05, radius)).isEmpty)
        }
    }

    @Test("identical points tie and go by id")
    func identicalPoints() throws {
        let globe = Globe(Array(repeating: (-33.9, 18.4), count: 50))
        #expect(try globe.ids(in: circle(-33.9, 18.4, 1)) == Array(0..<50))
        #expect(try globe.ids(nearestTo: globePoint(40, 40)) == Array(0..<50))
    }

    @Test("nothing is special about the equator and Greenwich")
    func equatorAndGreenwich() throws {
        let globe = Globe([(0, 0), (0.001, 0), (-0.001, 0), (0, 0.001), (0, -0.001), (0.001, -0.001), (0.01, 0)])
        #expect(try globe.ids(in: circle(0, 0, 112)) == [0, 1, 2, 3, 4])
        #expect(try globe.ids(in: circle(-0.0, -0.0, 160)) == [0, 1, 2, 3, 4, 5])
        #expect(try globe.ids(in: .box(south: 0, west: 0, north: 0, east: 0)) == [0])
        #expect(try globe.ids(in: .box(south: -0.001, west: -0.001, north: 0, east: 0)) == [0, 2, 4])
    }

    @Test("the antipode is half the girth away and inside no smaller circle")
    func antipode() throws {
        let globe = Globe([(26.1, -151.95), (26.1, -151.94), (-26.1, 28.05)])
        let half = GeoAreaTests.quarterGlobe * 2
        #expect(abs(distanceMetres(globePoint(-26.1, 28.05), globePoint(26.1, -151.95)) - half) < 0.5)
        #expect(distanceMetres(globePoint(90, 12), globePoint(-90, 99)) == half)
        #expect(try globe.ids(in: circle(-26.1, 28.05, half - 2000)) == [2])
        #expect(try globe.ids(in: circle(-26.1, 28.05, half - 500)) == [1, 2])
        #expect(try globe.ids(in: circle(-26.1, 28.05, half + 1)) == [0, 1, 2])
        #expect(try globe.ids(nearestTo: globePoint(-26.1, 28.05)) == [2, 1, 0])
    }

    @Test("nothing is lost at cell borders of odd and even precision", arguments: 1...8)
    func cellBorders(characters: Int) throws {
        // The cell's size in degrees: 5 bits a character, longitude first.
        let (lonBits, latBits) = ((5 * characters + 1) / 2, 5 * characters / 2)
        let (width, height) = (360 / Double(1 << lonBits), 180 / Double(1 << latBits))
        let west = (208.05 / width).rounded(.down) * width - 180
        let south = (63.9 / height).rounded(.down) * height - 90
        let resolution = 1e-7
        var points: [(Double, Double)] = []
        for latitude in [south - resolution, south, south + resolution, south + height - resolution, south + height] {
            for longitude in [west - resolution, west, west + resolution, west + width - resolution, west + width] {
                points.append((min(max(latitude, -90), 90), min(max(longitude, -180), 180)))
            }
        }
        let globe = Globe(points)
        for (latitude, longitude) in points {
            for radius in [0, 0.02, 1, 100, 10_000, 1e6] { _ = try globe.ids(in: circle(latitude, longitude, radius)) }
        }
        // The box of the cell itself holds its borders: the middle 5 × 5 points but those one step outside.
        let box = GeoArea.box(south: south, west: west, north: min(south + height, 90), east: min(west + width, 180))
        #expect(try globe.ids(in: box).count >= 16)
    }

    @Test("boxes cross the date line, end at it, and hold both its names")
    func boxes() throws {
        let globe = Globe([(0, 170), (0, 180), (0, -180), (0, -170), (0, 0), (20, 180)])
        #expect(try globe.ids(in: .box(south: -10, west: 160, north: 10, east: -160)) == [0, 1, 2, 3])
        #expect(try globe.ids(in: .box(south: -10, west: 175, north: 10, east: -175)) == [1, 2])
        #expect(try globe.ids(in: .box(south: -10, west: 160, north: 10, east: 180)) == [0, 1, 2])
        #expect(try globe.ids(in: .box(south: -10, west: -180, north: 10, east: -160)) == [1, 2, 3])
        #expect(try globe.ids(in: .box(south: -10, west: 180, north: 30, east: 180)) == [1, 2, 5])
        #expect(try globe.ids(in: .box(south: -10, west: -180, north: 10, east: 180)) == [0, 1, 2, 3, 4])
        #expect(try globe.ids(in: .box(south: 10, west: -180, north: -10, east: 180)).isEmpty)
    }

    @Test("what four comparisons say of a circle, every point's distance says too", arguments: 0..<4)
    func shortcuts(shard: Int) {
        var random = SeededGenerator("circles", shard: shard)
        for _ in 0..<2_000 {
            let (north, east) = (random.double(-89...89), random.double(-180...180))
            let centre = globePoint(north, east)
            let radiusMetres = pow(10, random.double(0...6.5))
            let area = AreaTest(.circle(centre: centre, radiusMetres: radiusMetres))
            let distance = DistanceFrom(centre)
            func near(_ spread: Double) -> (latitude: Int32, longitude: Int32) {
                let reach = spread * radiusMetres / 111_000
                let latitude = min(max(north + random.double(-reach...reach), -90), 90)
                let width = min(reach / max(0.01, cos(north * .pi / 180)), 180)
                let longitude = min(max(east + random.double(-width...width), -180), 180)
                return (Int32(latitude * 1e7), Int32(longitude * 1e7))
            }
            for _ in 0..<8 {
                let (a, b) = (near(1.2), near(1.2))
                let isInside = distance.metres(latitudeE7: a.latitude, longitudeE7: a.longitude) <= radiusMetres
                #expect(area.contains(latitudeE7: a.latitude, longitudeE7: a.longitude) == isInside)
                let box = NodeBox(
                    south: min(a.latitude, b.latitude), north: max(a.latitude, b.latitude), west: min(a.longitude, b.longitude),
                    east: max(a.longitude, b.longitude))
                switch area.relation(to: box) {
                case .inside: #expect(isInside)
                case .outside: #expect(!isInside)
                case .partly: break
                }
            }
        }
    }

    @Test("NaN finds nothing, infinity all; neither crashes")
    func notANumber() throws {
        let globe = Globe([(0, 0), (-89, 179), (60, -120)])
        #expect(try globe.ids(in: circle(0, 0, .nan)).isEmpty)
        #expect(try globe.ids(in: circle(0, 0, .infinity)) == [0, 1, 2])
        for corner in 0..<4 {
            var edges = [-90.0, -180, 90, 180]
            edges[corner] = .nan
            #expect(try globe.ids(in: .box(south: edges[0], west: edges[1], north: edges[2], east: edges[3])).isEmpty)
        }
        let all = GeoArea.box(south: -.infinity, west: -1e300, north: 1e300, east: .infinity)
        #expect(try globe.ids(in: all) == [0, 1, 2])
    }

    @Test("circles and boxes of every size on every latitude equal brute force", arguments: 0..<4)
    func randomAreas(shard: Int) throws {
        var catalogue = RandomCatalogue(SeededGenerator("areas", shard: shard))
        for _ in 0..<25 {
            // Half the points everywhere, half where the circles will be.
            let globe = Globe((0..<40).map { $0 % 2 == 0 ? catalogue.anywhere() : catalogue.point() })
            for _ in 0..<50 {
                let centre = catalogue.random.chance(0.5) ? catalogue.anywhere() : catalogue.point()
                let radius = catalogue.random.logarithmic(1...2e7)
                _ = try globe.ids(in: .circle(centre: centre, radiusMetres: radius))
                if catalogue.random.chance(0.2) { _ = try globe.ids(in: catalogue.area()) }
            }
        }
    }
}
