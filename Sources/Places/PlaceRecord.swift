import Domain

/// A place with what only look-ups by name need.
public struct PlaceRecord: Hashable, Sendable {
    public let place: Place
    /// Four digits; the one most of the place shares.
    public let postalCode: String
    /// What else people call it: `Joburg`, `eGoli`, `Port Elizabeth`.
    public let otherNames: [String]

    public init(place: Place, postalCode: String, otherNames: [String]) {
        self.place = place
        self.postalCode = postalCode
        self.otherNames = otherNames
    }
}
