import Domain
import Testing

@Suite struct CoordinateTests {
    @Test("The borders of the globe are points, what lies beyond or is no number is none")
    func borders() {
        #expect(Coordinate(latitude: 90, longitude: -180) != nil)
        #expect(Coordinate(latitude: -90, longitude: 180) != nil)
        for (latitude, longitude) in [(90.1, 0.0), (0, 180.1), (.nan, 0), (0, .nan), (.infinity, 0), (0, -.infinity)] {
            #expect(Coordinate(latitude: latitude, longitude: longitude) == nil)
        }
    }
}
