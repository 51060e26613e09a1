import Domain

/// A hospital, clinic or ambulance station, mostly of the public service.
public struct Facility: Hashable, Sendable {
    public enum Kind: String, CaseIterable, Sendable {
        case hospital, clinic, other
        case communityHealthCentre = "community_health_centre"
        case ambulanceStation = "ambulance_station"
    }
    public let name: String
    public let kind: Kind
    /// The source's own, finer kind: `District Hospital`, `Satellite Clinic`.
    public let category: String
    public let province: String
    /// District or metropolitan municipality; nil where the source does not tell.
    public let district: String?
    public let coordinate: Coordinate
    /// Whether it treats emergencies; nil where that is not known.
    public let emergencyCare: Bool?
    /// The data set it comes from.
    public let source: String

    public init(
        name: String, kind: Kind, category: String, province: String, district: String?, coordinate: Coordinate,
        emergencyCare: Bool?, source: String
    ) {
        self.name = name
        self.kind = kind
        self.category = category
        self.province = province
        self.district = district
        self.coordinate = coordinate
        self.emergencyCare = emergencyCare
        self.source = source
    }
}
