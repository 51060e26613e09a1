import Domain
import SearchIndex

/// Which facilities are wanted, and from where.
public struct FacilityQuery: Sendable {
    public var coordinate: Coordinate
    /// Empty: all kinds.
    public var kinds: Set<Facility.Kind>
    /// true or false: only facilities known to treat emergencies or known not to; nil: all.
    public var emergencyCare: Bool?
    /// nil: however far.
    public var radiusMetres: Double?
    /// The most hits returned, at least 0.
    public var limit: Int
    /// Continue behind this hit of the same query.
    public var after: SortPosition?

    public init(
        coordinate: Coordinate, kinds: Set<Facility.Kind> = [], emergencyCare: Bool? = nil, radiusMetres: Double? = nil,
        limit: Int = 20, after: SortPosition? = nil
    ) {
        self.coordinate = coordinate
        self.kinds = kinds
        self.emergencyCare = emergencyCare
        self.radiusMetres = radiusMetres
        self.limit = limit
        self.after = after
    }
}

/// A facility and how far away it is along the Earth's surface.
public struct FacilityHit: Sendable {
    public let facility: Facility
    public let distanceMetres: Double
    /// Where the next page of the same query continues.
    public let position: SortPosition
}
