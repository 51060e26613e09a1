import SearchIndex
import Testing

@Suite("Geohash")
struct GeohashTests {
    /// Published values: geohash.org's own example, Wikipedia's (57.64911, 10.40744 and ezs42), Redis' GEOHASH examples
    /// (Palermo, Catania), corners and the origin by definition.
    @Test("known places have their published text", arguments: [
        (57.64911, 10.40744, "u4pruydqqvj"), (42.605, -5.603, "ezs42"), (38.115556, 13.361389, "sqc8b49rny"),
        (37.502669, 15.087269, "sqdtr74hyu"), (48.669, -4.329, "gbsuv"), (0, 0, "s00000000000"), (90, 180, "zzzzzzzzzzzz"),
        (-90, -180, "000000000000"), (-25.382708, -49.265506, "6gkzwgjzn820"), (90, -180, "bpbpbpbpbpbp"),
        (-90, 180, "pbpbpbpbpbpb"),
    ])
    func published(latitude: Double, longitude: Double, text: String) throws {
        let point = try #require(GeoPoint(latitude: latitude, longitude: longitude))
        #expect(Geohash(point).text(characters: text.count) == text)
    }

    @Test("every code is the one that halving intervals gives")
    func definition() {
        var catalogue = RandomCatalogue(SeededGenerator("geohash"))
        for _ in 0..<5000 {
            let point = catalogue.point()
            #expect(Geohash(point).code == OracleGeo.geohash(point))
        }
    }

    @Test("NaN, infinities and values off the globe are no points", arguments: [
        (Double.nan, 0.0), (0, .nan), (.infinity, 0), (0, -.infinity), (90.0000001, 0), (-90.1, 0), (0, 180.0000001),
        (0, -181), (1e300, 1e300),
    ])
    func offTheGlobe(latitude: Double, longitude: Double) { #expect(GeoPoint(latitude: latitude, longitude: longitude) == nil) }
}
