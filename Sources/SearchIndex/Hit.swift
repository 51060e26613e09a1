/// One document found.
public struct Hit: Sendable {
    public let position: SortPosition
    /// Metres from the query's point, when it has one and the document a location.
    public let distanceMetres: Double?
    /// Where the document lies in the view that answered.
    let row: RowReference

    /// The document's stable identity.
    public var id: Int64 { position.id }
}

/// A row of one of a view's segments.
struct RowReference: Hashable, Sendable {
    let segment: Int
    let row: Int
}

/// The answer to a query.
public struct SearchResult: Sendable {
    /// At most `limit` hits, best first.
    public let hits: [Hit]
    /// Exact number of records that match, whatever `limit` and `after`; `nil` when it was not asked for.
    public let matchCount: Int?
    /// Records per tag of each dimension asked for, most first, then by value. A record with several
    /// alternatives counts under every tag that a matching one bears.
    public let tagFacets: [Int: [TagCount]]
    /// Records per rating class, lowest first; one more than there are edges. Records without rating are in none.
    public let ratingFacet: [Int]
    /// Whether hits remain behind the last one.
    public let hasMore: Bool
}

/// How many records bear a tag.
public struct TagCount: Hashable, Sendable {
    public let value: String
    public let count: Int
}
