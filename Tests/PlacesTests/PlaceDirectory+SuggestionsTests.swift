import Domain
import Testing
import TextAnalysis

@testable import Places

@Suite("Place suggestions")
struct PlaceSuggestionsTests {
    private let directory = PlacesFixtures.directory

    private func slugs(_ text: String, limit: Int = 8) -> [String] {
        directory.suggestions(for: text, limit: limit).map(\.slug)
    }

    @Test(
        "the place most people mean comes first",
        arguments: [
            ("khayel", "khayelitsha"), ("Khayelitsha", "khayelitsha"), ("joburg", "johannesburg"), ("Jo'burg", "johannesburg"),
            ("johanesburg", "johannesburg"), ("port elizabeth", "gqeberha"), ("port eliz", "gqeberha"), ("2196", "2196"),
            ("cape t", "cape-town"), ("CAPE TOWN", "cape-town"), ("sandt", "sandton"), ("sandtn", "sandton"), ("jozi", "johannesburg"),
            ("mitchels plain", "mitchells-plain"), ("  durban ", "durban"), ("ethekw", "durban"),
        ])
    func firstSuggestion(text: String, slug: String) {
        #expect(slugs(text).first == slug)
    }

    @Test("places of exactly this name come before larger ones whose name starts with it")
    func exactNamesFirst() {
        let folded = TextAnalyser().fold
        let found = directory.suggestions(for: "Khayelitsha", limit: 20)
        let exact = found.prefix { folded($0.name) == "khayelitsha" }
        #expect(exact.count == directory.places(named: "khayelitsha").count)
        #expect(found.count > exact.count)
        #expect(found.dropFirst(exact.count).allSatisfy { $0.name.hasPrefix("Khayelitsha ") })
    }

    @Test("names that start with the text come before names that hold it, each group by population")
    func groupsByPlaceOfMatch() {
        let found = directory.suggestions(for: "nort", limit: 1_000)
        let records = Dictionary(uniqueKeysWithValues: PlacesFixtures.records.map { ($0.place.slug, $0) })
        let groups = found.map { place in
            let record = records[place.slug]!
            return ([place.name] + record.otherNames).contains { $0.lowercased().hasPrefix("nort") } ? 0 : 1
        }
        #expect(groups == groups.sorted())
        #expect(Set(groups) == [0, 1])
        for group in 0...1 {
            let populations = zip(found, groups).filter { $1 == group }.map(\.0.population)
            #expect(populations == populations.sorted(by: >))
        }
    }

    @Test("a prefix finds exactly the places that have it at the start of a word of a name or of the postal code")
    func prefixEqualsScan() {
        let analyser = TextAnalyser()
        for prefix in ["kh", "kwa", "mit", "219", "sout"] {
            let expected = PlacesFixtures.records.filter { record in
                ([record.place.name, record.postalCode] + record.otherNames)
                    .flatMap { analyser.fold($0).split(separator: " ") }.contains { $0.hasPrefix(prefix) }
            }
            #expect(Set(slugs(prefix, limit: .max)) == Set(expected.map(\.place.slug)), "\(prefix)")
        }
    }

    @Test("city and province tell namesakes apart, and every label leads back to a place that has it")
    func surroundingsNarrow() {
        #expect(slugs("khayelitsha graaff").first == "khayelitsha-graaff-reinet")
        #expect(slugs("soweto durban").first == "soweto-durban")
        for record in PlacesFixtures.records.enumerated().filter({ $0.offset % 97 == 0 }).map(\.element) {
            let label = record.place.label
            let found = directory.suggestions(for: label, limit: 20)
            #expect(found.contains { $0.label == label }, "\(label)")
        }
    }

    @Test("a letter too many is forgiven in long words only, and only where nothing matches as typed")
    func forgivesOneEdit() {
        #expect(slugs("johannesburgg").first == "johannesburg")
        #expect(slugs("xqz").isEmpty)
        #expect(slugs("99999").isEmpty)
        #expect(!slugs("durbn nort").isEmpty)
    }

    @Test("no limit is exceeded, no place comes twice, no text breaks it")
    func survivesAnything() {
        let seed = UInt64.random(in: 0 ... .max)
        var generator = SeededGenerator(seed: seed)
        let alphabet = Array("aaeiou bcdkmnst   -'’é0129,😀\u{0301}")
        for _ in 0..<60 {
            let text = String((0..<Int.random(in: 0...20, using: &generator)).map { _ in alphabet.randomElement(using: &generator)! })
            let limit = Int.random(in: 0...20, using: &generator)
            let found = slugs(text, limit: limit)
            #expect(found.count <= limit, "seed \(seed), \(text)")
            #expect(Set(found).count == found.count, "seed \(seed), \(text)")
        }
        #expect(slugs("").isEmpty)
        #expect(slugs("!?").isEmpty)
    }
}
