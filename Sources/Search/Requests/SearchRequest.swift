import Domain
import Foundation

/// A search as asked for, checked field by field. The same whether it came as a query string, JSON or a form.
public struct SearchRequest: Sendable, Hashable {
    public enum Sort: String, CaseIterable, Sendable {
        case relevance, distance, rating, fee, soonest
    }
    public enum Facet: String, CaseIterable, Sendable {
        case specialty, scheme, language, gender, telehealth, rating
    }
    /// Until when a doctor must have a free slot.
    public enum Availability: Sendable, Hashable {
        case before(Date)
        /// Counted from the moment of the first page.
        case withinSeconds(Int)
    }
    /// The words in the box; `nil` when there are none.
    public var text: String?
    /// Whether the words may set filters; off when they were interpreted before.
    public var interpretsText = true
    /// Slugs, any of; likewise the two below.
    public var specialties: [String] = []
    public var schemes: [String] = []
    /// Codes.
    public var languages: [String] = []
    public var gender: String?
    public var telehealth: Bool?
    public var near: Coordinate?
    /// A place's slug; with `near` absent it is the point to search from.
    public var place: String?
    /// `nil` takes `defaultRadiusKilometres`.
    public var radiusKilometres: Double?
    public var minimumRating: Double?
    public var maximumFeeCents: Int?
    public var availability: Availability?
    /// Any of; empty does not care.
    public var freeWhen: [FreeWhen] = []
    public var sort: Sort?
    public var limit = 20
    public var cursor: String?
    public var facets: [Facet] = []
    public var explains = false
    public var countsExactly = false

    public init() {}

    public static let defaultRadiusKilometres = 25.0
    /// Wide enough for the whole country from any point of it.
    public static let radiusRangeKilometres = 0.1...2_000.0
}
