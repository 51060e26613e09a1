import SearchIndex
import Testing

/// Documents at given points, ids by position, to ask which lie in an area.
struct Globe {
    private let points: [GeoPoint]
    private let searcher: Searcher

    init(_ points: [GeoPoint]) {
        self.points = points
        searcher = Searcher(
            IndexView(
                snapshot(
                    of: points.enumerated().map { IndexedDocument(id: Int64($0), fields: [], location: $1) },
                    schema: IndexSchema(fields: [], fieldSets: [], tagDimensions: []))))
    }

    init(_ degrees: [(Double, Double)]) { self.init(degrees.map { globePoint($0.0, $0.1) }) }

    /// Ids of the points in the area, after both paths and the distances agreed with brute force.
    func ids(in area: GeoArea) throws -> [Int64] {
        let origin: GeoPoint? = if case .circle(let centre, _) = area { centre } else { nil }
        let query = Query(filter: Filter(area: area), order: .id, origin: origin, limit: points.count)
        let result = searcher.search(query)
        try requireEqual(result, searcher.searchExhaustively(query), query)
        let ids = Set(result.hits.map(\.id))
        for (id, point) in points.enumerated() where !OracleGeo.isAmbiguous(area, point) {
            try #require(ids.contains(Int64(id)) == OracleGeo.contains(area, point), "\(point) in \(area)")
        }
        if let origin {
            for hit in result.hits {
                let expected = OracleGeo.metres(origin, points[Int(hit.id)])
                let metres = try #require(hit.distanceMetres)
                try #require(abs(metres - expected) <= OracleGeo.tolerance(metres: expected), "\(points[Int(hit.id)])")
            }
        }
        return result.hits.map(\.id)
    }

    /// Ids nearest first.
    func ids(nearestTo point: GeoPoint) throws -> [Int64] {
        let query = Query(order: .distance(from: point), origin: point, limit: points.count)
        let result = searcher.search(query)
        try requireEqual(result, searcher.searchExhaustively(query), query)
        return result.hits.map(\.id)
    }
}

/// A point known to be on the globe.
func globePoint(_ latitude: Double, _ longitude: Double) -> GeoPoint {
    GeoPoint(latitude: latitude, longitude: longitude)!
}
