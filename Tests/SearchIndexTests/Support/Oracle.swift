import Foundation
import SearchIndex

/// Answers queries by brute force over the plain documents, with none of the module's code: what every search must equal.
final class Oracle {
    /// One record of the full answer.
    struct Match {
        var id: Int64
        var key: Double
        var metres: Double?
        var rating: Int
        var tags: Set<Tag>
    }
    struct Count: Equatable {
        var value: String
        var count: Int
    }
    struct Answer {
        /// All matches, best first, whatever the query's limit and cursor.
        var matches: [Match]
        var tagFacets: [Int: [Count]]
        var ratingFacet: [Int]
        /// Rounding could decide which alternative speaks for a record or on which side of a circle a document lies.
        var isAmbiguous: Bool
    }
    private let documents: [IndexedDocument]
    private let counted: [OracleText.Document]
    private let text: OracleText

    /// - Parameter statistics: the documents that count for idf and mean lengths, when they are others.
    init(_ documents: [IndexedDocument], fieldSets: [[Int]], statistics: [IndexedDocument]? = nil) {
        // Rows by geohash, then id, then as given: of equal alternatives the first speaks.
        let codes = documents.map { $0.location.map(OracleGeo.geohash) }
        self.documents = documents.indices.sorted { a, b in
            let keyA = (codes[a] == nil ? 1 : 0, codes[a] ?? 0, documents[a].id, a)
            return keyA < (codes[b] == nil ? 1 : 0, codes[b] ?? 0, documents[b].id, b)
        }.map { documents[$0] }
        let text = OracleText(statistics: statistics ?? documents, fieldSets: fieldSets)
        self.text = text
        counted = self.documents.map(text.counted)
    }

    func answer(_ query: Query) -> Answer {
        let scores = query.text.map { text.scores($0, of: counted) } ?? documents.map { _ in 0 }
        var isAmbiguous = false
        var records: [Int64: Match] = [:]
        for (document, score) in zip(documents, scores) {
            guard let score, matches(document, query.filter, &isAmbiguous) else { continue }
            var match = Match(
                id: document.id, key: OracleScoring.key(document, query.order, textScore: score),
                metres: query.origin.flatMap { origin in document.location.map { OracleGeo.metres(origin, $0) } },
                rating: OracleScoring.rating(document), tags: Set(document.tags))
            if let known = records[document.id] {
                if match.key != known.key, isClose(match.key, known.key, query.order) { isAmbiguous = true }
                let tags = match.tags.union(known.tags)
                if match.key <= known.key { match = known }
                match.tags = tags
            }
            records[document.id] = match
        }
        let sorted = records.values.sorted { ($1.key, $0.id) < ($0.key, $1.id) }
        return Answer(
            matches: sorted, tagFacets: tagFacets(sorted, query.tagFacets),
            ratingFacet: ratingFacet(sorted, query.ratingFacetEdges), isAmbiguous: isAmbiguous)
    }

    private func matches(_ document: IndexedDocument, _ filter: Filter, _ isAmbiguous: inout Bool) -> Bool {
        guard filter.tags.allSatisfy({ $0.contains(where: document.tags.contains) }) else { return false }
        if let minimum = filter.minimumRating {
            let rating = OracleScoring.rating(document)
            guard rating > 0, Double(rating) / 10_000 >= minimum else { return false }
        }
        if let maximum = filter.maximumFeeCents {
            guard let fee = document.signals.feeCents, fee <= maximum else { return false }
        }
        if let from = filter.availableFromMinute {
            guard let slot = document.signals.nextAvailableMinute, slot >= from else { return false }
        }
        if let before = filter.availableBeforeMinute {
            guard let slot = document.signals.nextAvailableMinute, slot < before else { return false }
        }
        if let flags = filter.anyFlags, document.signals.flags & flags == 0 { return false }
        guard let area = filter.area else { return true }
        guard let location = document.location else { return false }
        if OracleGeo.isAmbiguous(area, location) { isAmbiguous = true }
        return OracleGeo.contains(area, location)
    }

    private func tagFacets(_ matches: [Match], _ dimensions: [Int]) -> [Int: [Count]] {
        var facets: [Int: [Count]] = [:]
        for dimension in dimensions {
            var counts: [String: Int] = [:]
            for match in matches {
                for tag in match.tags where tag.dimension == dimension { counts[tag.value, default: 0] += 1 }
            }
            facets[dimension] = counts.map { Count(value: $0, count: $1) }
                .sorted { ($1.count, $0.value) < ($0.count, $1.value) }
        }
        return facets
    }

    private func ratingFacet(_ matches: [Match], _ edges: [Double]) -> [Int] {
        guard !edges.isEmpty else { return [] }
        var counts = [Int](repeating: 0, count: edges.count + 1)
        for match in matches where match.rating > 0 {
            counts[edges.count { Double(match.rating) / 10_000 >= $0 }] += 1
        }
        return counts
    }

    func isClose(_ a: Double, _ b: Double, _ order: Order) -> Bool {
        guard a.isFinite, b.isFinite else { return a == b }
        if case .distance = order { return abs(a - b) <= OracleGeo.tolerance(metres: abs(a)) }
        return abs(a - b) <= max(1e-12, 1e-9 * max(abs(a), abs(b)))
    }
}
