import Domain

/// Which public places of care are wanted.
public struct CareWish: Sendable {
    public let near: Coordinate
    /// Hospitals that treat emergencies; else clinics and health centres.
    public let isEmergency: Bool
    public let limit: Int
}

/// A public place of care near the person.
public struct CarePlace: Sendable {
    public let name: String
    public let category: String
    public let coordinate: Coordinate
    public let distanceMetres: Double

    public init(name: String, category: String, coordinate: Coordinate, distanceMetres: Double) {
        self.name = name
        self.category = category
        self.coordinate = coordinate
        self.distanceMetres = distanceMetres
    }
}

/// Which doctors are wanted: of these specialties, best first, within what the person asked for.
public struct DoctorWish: Sendable {
    /// Slugs.
    public let specialties: [String]
    public let filters: CheckFilters
    public let near: Coordinate?
    public let place: String?
    /// Those free soonest first.
    public let soonestFirst: Bool
    public let limit: Int
}

/// What search answers, ready to be shown.
public struct FoundDoctors: Sendable {
    /// A JSON array of search's own cards.
    public let json: [UInt8]
    /// Models of search's own card template, `result-card`.
    public let cards: [any Sendable]
    /// The page with all of them.
    public let address: String

    public init(json: [UInt8], cards: [any Sendable], address: String) {
        self.json = json
        self.cards = cards
        self.address = address
    }
}
