import Domain
import SearchIndex
import Testing

@testable import Places

@Suite("Facility directory")
struct FacilityDirectoryTests {
    private let facilities = PlacesFixtures.facilities
    private let directory = PlacesFixtures.facilityDirectory

    @Test("the nearest facilities are the ones that measuring and sorting them all finds, whatever the filters")
    func nearestEqualsBruteForce() {
        let seed = UInt64.random(in: 0 ... .max)
        var generator = SeededGenerator(seed: seed)
        for _ in 0..<60 {
            let query = FacilityQuery(
                coordinate: PlacesFixtures.coordinate(using: &generator),
                kinds: Set(Facility.Kind.allCases.filter { _ in Bool.random(using: &generator) }),
                emergencyCare: [nil, true, false].randomElement(using: &generator)!,
                radiusMetres: Bool.random(using: &generator) ? .random(in: 1e3...500e3, using: &generator) : nil,
                limit: .random(in: 0...30, using: &generator))
            let (hits, hasMore) = directory.nearest(query)
            let expected = bruteForce(query)
            #expect(hits.map(\.facility) == expected.prefix(query.limit).map(\.facility), "seed \(seed), \(query)")
            #expect(hits.map(\.distanceMetres) == expected.prefix(query.limit).map(\.metres), "seed \(seed), \(query)")
            #expect(hasMore == (expected.count > query.limit), "seed \(seed), \(query)")
        }
    }

    @Test("pages follow each other without gap or repetition")
    func pagesAreOneList() {
        var query = FacilityQuery(coordinate: Coordinate(latitude: -26.2, longitude: 28.04)!, kinds: [.hospital], limit: 1_000)
        let all = directory.nearest(query).hits.map(\.facility)
        query.limit = 37
        var paged: [Facility] = []
        while true {
            let (hits, hasMore) = directory.nearest(query)
            paged += hits.map(\.facility)
            guard hasMore else { break }
            query.after = hits.last?.position
        }
        #expect(paged == all)
        #expect(all.count == facilities.count { $0.kind == .hospital })
    }

    @Test("an empty directory has nothing near")
    func answersWhenEmpty() {
        let (hits, hasMore) = FacilityDirectory([]).nearest(FacilityQuery(coordinate: Coordinate(latitude: 0, longitude: 0)!))
        #expect(hits.isEmpty)
        #expect(!hasMore)
    }

    private func bruteForce(_ query: FacilityQuery) -> [(facility: Facility, metres: Double)] {
        let distance = DistanceFrom(GeoPoint(query.coordinate))
        return facilities.enumerated().filter { _, facility in
            (query.kinds.isEmpty || query.kinds.contains(facility.kind))
                && (query.emergencyCare == nil || facility.emergencyCare == query.emergencyCare)
        }
        .map { (offset: $0, facility: $1, metres: distance.metres(to: GeoPoint($1.coordinate))) }
        .filter { $0.metres <= query.radiusMetres ?? .infinity }
        .sorted { ($0.metres, $0.offset) < ($1.metres, $1.offset) }
        .map { ($0.facility, $0.metres) }
    }
}
