import Domain
import SearchIndex
import Testing
import TextAnalysis

@testable import Places

@Suite("Place directory")
struct PlaceDirectoryTests {
    private let directory = PlacesFixtures.directory

    @Test("every place of the data is found by its slug, and no other slug is")
    func findsSlugs() {
        for record in PlacesFixtures.records { #expect(directory.place(slug: record.place.slug) == record.place) }
        #expect(directory.place(slug: "Khayelitsha") == nil)
        #expect(directory.place(slug: "") == nil)
    }

    @Test("every place is found by its folded name and other names, in order of population")
    func findsNames() {
        let analyser = TextAnalyser()
        for record in PlacesFixtures.records {
            for name in [record.place.name] + record.otherNames {
                let found = directory.places(named: analyser.fold(name))
                #expect(found.contains(record.place), "\(record.place.slug) as \(name)")
                #expect(zip(found, found.dropFirst()).allSatisfy { $0.population >= $1.population })
            }
        }
    }

    @Test(
        "names and nicknames lead to the place most people mean",
        arguments: [
            ("khayelitsha", "khayelitsha"), ("joburg", "johannesburg"), ("egoli", "johannesburg"),
            ("port elizabeth", "gqeberha"), ("pe", "gqeberha"), ("2196", "2196"), ("soweto", "soweto"), ("kaapstad", "cape-town"),
        ])
    func resolvesNames(folded: String, slug: String) {
        #expect(directory.places(named: folded).first?.slug == slug)
    }

    @Test("a part of a name, a name that is not folded and an empty one are no names")
    func refusesPartialNames() {
        for name in ["khayel", "Khayelitsha", "", "cape", "johanesburg"] { #expect(directory.places(named: name).isEmpty) }
    }

    @Test("the nearest place is the one that measuring them all finds, and never a postal code")
    func nearestEqualsBruteForce() {
        let seed = UInt64.random(in: 0 ... .max)
        var generator = SeededGenerator(seed: seed)
        let named = PlacesFixtures.records.map(\.place).filter { $0.kind != .postalCode }
        for _ in 0..<40 {
            let position = PlacesFixtures.coordinate(using: &generator)
            let distance = DistanceFrom(GeoPoint(position))
            let closest = named.map { distance.metres(to: GeoPoint($0.coordinate)) }.min()!
            let expected = named.filter { distance.metres(to: GeoPoint($0.coordinate)) == closest }
                .min { ($1.population, $0.slug) < ($0.population, $1.slug) }
            #expect(directory.nearest(to: position) == expected, "seed \(seed), at \(position)")
        }
    }

    @Test("an empty directory answers every question with nothing")
    func answersWhenEmpty() {
        let empty = PlaceDirectory([])
        #expect(empty.place(slug: "soweto") == nil)
        #expect(empty.places(named: "soweto").isEmpty)
        #expect(empty.suggestions(for: "soweto", limit: 8).isEmpty)
        #expect(empty.nearest(to: Coordinate(latitude: -26, longitude: 28)!) == nil)
    }
}
