/// A suburb, town, city or postal code that people search near.
public struct Place: Hashable, Sendable {
    public enum Kind: String, CaseIterable, Sendable {
        case suburb, town, city
        case postalCode = "postal_code"
    }
    /// Stable, readable and unique, for addresses: `khayelitsha`.
    public let slug: String
    public let name: String
    public let kind: Kind
    /// The city or town it belongs to.
    public let city: String
    public let province: String
    /// Its centre.
    public let coordinate: Coordinate
    /// Estimated people, to rank places of one name.
    public let population: Int

    public init(
        slug: String, name: String, kind: Kind, city: String, province: String, coordinate: Coordinate, population: Int
    ) {
        self.slug = slug
        self.name = name
        self.kind = kind
        self.city = city
        self.province = province
        self.coordinate = coordinate
        self.population = population
    }
}

extension Place {
    /// The place with its city, where that is another: `Khayelitsha, Cape Town`.
    public var shortLabel: String { city == name ? name : "\(name), \(city)" }

    /// The place as one line tells it from its namesakes: `Khayelitsha, Cape Town, Western Cape`.
    public var label: String { "\(shortLabel), \(province)" }
}
