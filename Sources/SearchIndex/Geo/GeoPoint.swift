/// A point on the globe in whole ten-millionths of a degree (about 1.1 cm), the resolution of the index.
/// Query points are rounded the same way, so a document at the query point is at distance 0 exactly.
public struct GeoPoint: Hashable, Sendable, BitwiseCopyable {
    /// Latitude × 10⁷, −900 000 000…900 000 000.
    public let latitudeE7: Int32
    /// Longitude × 10⁷, −1 800 000 000…1 800 000 000.
    public let longitudeE7: Int32

    /// `nil` for NaN, infinities and values off the globe.
    public init?(latitude: Double, longitude: Double) {
        guard (-90...90).contains(latitude), (-180...180).contains(longitude) else { return nil }
        latitudeE7 = Int32((latitude * 1e7).rounded())
        longitudeE7 = Int32((longitude * 1e7).rounded())
    }

    init(latitudeE7: Int32, longitudeE7: Int32) {
        self.latitudeE7 = latitudeE7
        self.longitudeE7 = longitudeE7
    }

    /// Degrees north.
    public var latitude: Double { Double(latitudeE7) / 1e7 }
    /// Degrees east.
    public var longitude: Double { Double(longitudeE7) / 1e7 }
}
