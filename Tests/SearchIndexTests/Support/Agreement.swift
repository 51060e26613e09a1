import SearchIndex
import Testing

/// Requires both paths of a searcher to agree exactly, and with the oracle as far as doubles can. Returns whether
/// the oracle could decide (rounding may leave a cursor or a border open).
func checkAgreement(_ searcher: Searcher, _ oracle: Oracle, _ query: Query) throws -> Bool {
    let result = searcher.search(query)
    try requireEqual(result, searcher.searchExhaustively(query), query)
    let answer = oracle.answer(query)
    if answer.isAmbiguous { return false }
    func comment() -> Comment { "\(query)" }
    let counts = query.countsMatches || !query.tagFacets.isEmpty || !query.ratingFacetEdges.isEmpty
    try #require(result.matchCount == (counts ? answer.matches.count : nil), comment())
    try #require(
        result.tagFacets.mapValues { $0.map { Oracle.Count(value: $0.value, count: $0.count) } } == answer.tagFacets, comment())
    try #require(result.ratingFacet == answer.ratingFacet, comment())
    guard let behind = matchesBehind(query.after, answer.matches, oracle, query.order) else { return false }
    try #require(result.hits.count == min(query.limit, behind.count), comment())
    try #require(result.hasMore == (behind.count > query.limit), comment())
    let expected = Dictionary(uniqueKeysWithValues: behind.map { ($0.id, $0) })
    try #require(Set(result.hits.map(\.id)).count == result.hits.count, comment())
    for (hit, place) in zip(result.hits, behind) {
        let own = try #require(expected[hit.id], comment())
        try #require(oracle.isClose(hit.position.key, own.key, query.order), comment())
        try #require(hit.id == place.id || (own.key != place.key && oracle.isClose(own.key, place.key, query.order)), comment())
        try #require((hit.distanceMetres == nil) == (own.metres == nil), comment())
        if let metres = hit.distanceMetres, let expectedMetres = own.metres {
            try #require(abs(metres - expectedMetres) <= OracleGeo.tolerance(metres: expectedMetres), comment())
        }
    }
    return true
}

/// The matches behind a cursor; `nil` when rounding decides for one of them.
private func matchesBehind(
    _ after: SortPosition?, _ matches: [Oracle.Match], _ oracle: Oracle, _ order: Order
) -> [Oracle.Match]? {
    guard let after else { return matches }
    // The cursor's key comes from the module; its own record lends it the oracle's.
    let own = matches.first { $0.id == after.id && oracle.isClose($0.key, after.key, order) }
    let key = own?.key ?? after.key
    if matches.contains(where: { $0.key != key && oracle.isClose($0.key, key, order) }) { return nil }
    return matches.filter { $0.key < key || ($0.key == key && $0.id > after.id) }
}

/// Ids, keys to the bit, distances, counts, facets.
func requireEqual(_ a: SearchResult, _ b: SearchResult, _ query: Query) throws {
    func comment() -> Comment { "\(query)" }
    try #require(a.hits.map(\.id) == b.hits.map(\.id), comment())
    try #require(a.hits.map(\.position.key.bitPattern) == b.hits.map(\.position.key.bitPattern), comment())
    try #require(a.hits.map(\.distanceMetres) == b.hits.map(\.distanceMetres), comment())
    try #require(a.matchCount == b.matchCount, comment())
    try #require(a.tagFacets == b.tagFacets, comment())
    try #require(a.ratingFacet == b.ratingFacet, comment())
    try #require(a.hasMore == b.hasMore, comment())
}
