import Domain
import SearchIndex

/// All known health facilities, in memory: the nearest to a position.
///
/// An immutable value, to be shared freely. Building costs O(facilities · log facilities), some 10 ms for South Africa.
public struct FacilityDirectory: Sendable {
    private let facilities: [Facility]
    private let index: IndexView

    private static let kindDimension = 0
    private static let emergencyDimension = 1

    public init(_ facilities: [Facility]) {
        var builder = IndexBuilder(
            schema: IndexSchema(fields: [], fieldSets: [], tagDimensions: ["kind", "emergency care"]))
        for (index, facility) in facilities.enumerated() {
            var tags = [Tag(dimension: Self.kindDimension, value: facility.kind.rawValue)]
            if let hasCare = facility.emergencyCare { tags.append(Self.emergencyTag(hasCare)) }
            builder.add(
                IndexedDocument(id: Int64(index), fields: [], tags: tags, location: GeoPoint(facility.coordinate)))
        }
        self.facilities = facilities
        index = IndexView(builder.build())
    }

    /// The facilities a query asks for, nearest first, with whether more lie behind the last. O(facilities).
    public func nearest(_ query: FacilityQuery) -> (hits: [FacilityHit], hasMore: Bool) {
        let point = GeoPoint(query.coordinate)
        var tags: [[Tag]] = []
        if !query.kinds.isEmpty { tags.append(query.kinds.map { Tag(dimension: Self.kindDimension, value: $0.rawValue) }) }
        if let hasCare = query.emergencyCare { tags.append([Self.emergencyTag(hasCare)]) }
        let area = query.radiusMetres.map { GeoArea.circle(centre: point, radiusMetres: $0) }
        let result = Searcher(index).search(
            Query(
                filter: Filter(tags: tags, area: area), order: .distance(from: point), origin: point, limit: query.limit,
                after: query.after))
        let hits = result.hits.map {
            FacilityHit(facility: facilities[Int($0.id)], distanceMetres: $0.distanceMetres ?? 0, position: $0.position)
        }
        return (hits, result.hasMore)
    }

    private static func emergencyTag(_ hasCare: Bool) -> Tag {
        Tag(dimension: emergencyDimension, value: hasCare ? "yes" : "no")
    }
}
