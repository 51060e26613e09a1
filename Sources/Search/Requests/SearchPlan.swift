import Domain
import Foundation
import SearchIndex

/// A request with its words understood and its place found: all that decides which doctors match, and their order.
struct SearchPlan {
    let request: SearchRequest
    /// What the words gave; empty when they were not interpreted.
    let understanding: Understanding
    /// The point distances are measured from.
    let origin: Coordinate?
    let now: Date

    var specialties: [String] { request.specialties.isEmpty ? understanding.specialties : request.specialties }
    var languages: [String] { request.languages.isEmpty ? understanding.languages : request.languages }
    var schemes: [String] { request.schemes.isEmpty ? understanding.schemes : request.schemes }
    var gender: String? { request.gender ?? understanding.gender }
    var telehealth: Bool? { request.telehealth ?? (understanding.telehealth ? true : nil) }
    var sort: SearchRequest.Sort { request.sort ?? (understanding.cheapestFirst ? .fee : .relevance) }
    var availableBefore: Date? {
        switch request.availability {
        case .before(let date): date
        case .withinSeconds(let seconds): now.addingTimeInterval(Double(seconds))
        case nil: understanding.freeWithinDays.map { LocalTime.startOfDay(now, addingDays: $0 + 1) }
        }
    }
    var radiusKilometres: Double { request.radiusKilometres ?? SearchRequest.defaultRadiusKilometres }

    private var originPoint: GeoPoint? {
        origin.flatMap { GeoPoint(latitude: $0.latitude, longitude: $0.longitude) }
    }

    /// The engine's query.
    /// - Parameters:
    ///   - tier: how loosely words may match.
    ///   - after: where the page before ended.
    func query(tier: MatchTier, after: SortPosition?) -> Query {
        let text = tier.textQuery(understanding.words)
        return Query(
            text: text, filter: filter, order: order(hasText: text != nil), origin: originPoint, limit: request.limit,
            after: after, countsMatches: request.countsExactly, tagFacets: tagFacets.map(\.dimension.rawValue),
            ratingFacetEdges: request.facets.contains(.rating) ? SearchPlan.ratingEdges : [])
    }

    private var filter: Filter {
        func anyOf(_ dimension: DoctorSchema.TagDimension, _ values: [String]) -> [[Tag]] {
            values.isEmpty ? [] : [values.map { DoctorSchema.tag(dimension, $0) }]
        }
        return Filter(
            tags: anyOf(.specialty, specialties) + anyOf(.language, languages) + anyOf(.scheme, schemes)
                + anyOf(.gender, gender.map { [$0] } ?? []) + anyOf(.telehealth, telehealth.map { ["\($0)"] } ?? []),
            area: originPoint.map { .circle(centre: $0, radiusMetres: radiusKilometres * 1000) },
            minimumRating: request.minimumRating, maximumFeeCents: request.maximumFeeCents,
            // A slot in the past cannot be booked, so it is not free before any time.
            availableFromMinute: availableBefore.map { _ in EpochMinute.of(now) },
            availableBeforeMinute: availableBefore.map { EpochMinute.of($0) },
            anyFlags: request.freeWhen.isEmpty ? nil : FreeWhen.halfDays(request.freeWhen, now: now).bits)
    }

    private func order(hasText: Bool) -> Order {
        switch sort {
        case .relevance:
            return .blend(
                RelevanceFormula.blend(
                    hasText: hasText, specialties: specialties, origin: originPoint, nowMinute: EpochMinute.of(now)))
        case .distance: return originPoint.map { .distance(from: $0) } ?? .id
        case .rating: return .quality
        case .fee: return .fee
        case .soonest: return .soonest(fromMinute: EpochMinute.of(now))
        }
    }

    /// Facets answered by tags, with their names in the answer.
    var tagFacets: [(facet: SearchRequest.Facet, dimension: DoctorSchema.TagDimension)] {
        request.facets.compactMap { facet in
            switch facet {
            case .specialty: (facet, .specialty)
            case .scheme: (facet, .scheme)
            case .language: (facet, .language)
            case .gender: (facet, .gender)
            case .telehealth: (facet, .telehealth)
            case .rating: nil
            }
        }
    }

    static let ratingEdges = [2.0, 3, 4, 4.5]
}
