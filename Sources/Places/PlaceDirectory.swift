import Domain
import SearchIndex
import TextAnalysis

/// All known places, in memory: found by slug, by name, by what a person has typed so far, by position.
///
/// An immutable value, to be shared freely. Building costs O(places · log places), about 0.2 s for all of South Africa.
public struct PlaceDirectory: Sendable {
    /// Most populous first; a place's position here is its id in the index, so that ids order by population.
    private let places: [Place]
    private let indicesBySlug: [String: Int]
    private let indicesByName: [String: [Int]]
    let index: IndexView
    let analyser: TextAnalyser

    public init(_ records: [PlaceRecord], analyser: TextAnalyser = TextAnalyser()) {
        let records = records.sorted { ($1.place.population, $0.place.slug) < ($0.place.population, $1.place.slug) }
        var slugs: [String: Int] = [:]
        var names: [String: [Int]] = [:]
        var builder = IndexBuilder(schema: PlaceIndex.schema)
        for (index, record) in records.enumerated() {
            let folded = Self.foldedNames(record, analyser)
            slugs[record.place.slug] = index
            for name in folded { names[name, default: []].append(index) }
            builder.add(PlaceIndex.document(record, id: Int64(index), foldedNames: folded, analyser: analyser))
        }
        places = records.map(\.place)
        indicesBySlug = slugs
        indicesByName = names
        index = IndexView(builder.build())
        self.analyser = analyser
    }

    /// The place with this slug. O(1).
    public func place(slug: String) -> Place? { indicesBySlug[slug].map { places[$0] } }

    /// Places with this name or other name, most populous first. O(places found).
    /// - Parameter folded: a name as `TextAnalyser.fold` makes it: `gqeberha`, `port elizabeth`.
    public func places(named folded: String) -> [Place] { indices(named: folded).map { places[$0] } }

    /// The known suburb, town or city nearest to a position; nil only where there is none within 1 300 km.
    /// Of several at one point the most populous. O(places nearby).
    public func nearest(to position: Coordinate) -> Place? {
        let point = GeoPoint(position)
        for radiusMetres in [5e3, 20e3, 80e3, 320e3, 1_280e3] {
            let area = GeoArea.circle(centre: point, radiusMetres: radiusMetres)
            let query = Query(filter: Filter(area: area), order: .distance(from: point), limit: 1)
            if let hit = Searcher(index).search(query).hits.first { return places[Int(hit.id)] }
        }
        return nil
    }

    func indices(named folded: String) -> [Int] { indicesByName[folded] ?? [] }

    func place(at index: Int) -> Place { places[index] }

    /// Name first, then other names, each once.
    private static func foldedNames(_ record: PlaceRecord, _ analyser: TextAnalyser) -> [String] {
        ([record.place.name] + record.otherNames).map(analyser.fold).reduce(into: []) { names, name in
            if !name.isEmpty, !names.contains(name) { names.append(name) }
        }
    }
}
