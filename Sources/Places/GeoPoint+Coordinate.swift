import Domain
import SearchIndex

extension GeoPoint {
    init(_ coordinate: Coordinate) {
        guard let point = GeoPoint(latitude: coordinate.latitude, longitude: coordinate.longitude) else {
            preconditionFailure("a coordinate is always on the globe")
        }
        self = point
    }
}
