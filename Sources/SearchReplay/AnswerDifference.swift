import SearchIndex

/// Comparing the answers of two paths.
enum AnswerDifference {
    /// What first sets the answers apart, `nil` for equal ones. Keys must be equal to the bit.
    static func first(_ indexed: SearchResult, _ exhaustive: SearchResult, ids: CatalogueIDs) -> String? {
        if indexed.matchCount != exhaustive.matchCount {
            return "\(indexed.matchCount ?? -1) and \(exhaustive.matchCount ?? -1) matches"
        }
        if indexed.hits.count != exhaustive.hits.count {
            return "\(indexed.hits.count) and \(exhaustive.hits.count) hits"
        }
        for (place, (a, b)) in zip(indexed.hits, exhaustive.hits).enumerated() where a.position != b.position {
            return "hit \(place + 1) is \(text(a, ids)) and \(text(b, ids))"
        }
        if indexed.tagFacets != exhaustive.tagFacets { return "tag counts" }
        if indexed.ratingFacet != exhaustive.ratingFacet {
            return "rating counts \(indexed.ratingFacet) and \(exhaustive.ratingFacet)"
        }
        return nil
    }

    private static func text(_ hit: Hit, _ ids: CatalogueIDs) -> String {
        let id = switch ids.original(of: hit.id) {
        case .integer(let value): "\(value)"
        case .string(let value): "\"\(value)\""
        }
        return "\(id) (key \(hit.position.key))"
    }
}
