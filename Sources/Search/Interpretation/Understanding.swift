/// What a person's words were taken to mean, shown to them and editable; the rest stays words.
public struct Understanding: Sendable, Equatable {
    /// Slugs, any of.
    public var specialties: [String] = []
    /// Codes, any of.
    public var languages: [String] = []
    /// Slugs, any of.
    public var schemes: [String] = []
    public var gender: String?
    public var telehealth = false
    /// Slug of the place.
    public var place: String?
    /// Free before the end of the day so many days from now.
    public var freeWithinDays: Int?
    public var cheapestFirst = false
    /// Folded words to search for as text.
    public var words: [String] = []
}
