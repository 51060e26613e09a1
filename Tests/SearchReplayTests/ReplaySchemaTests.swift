import SearchIndex
import Testing

@testable import SearchReplay

/// The meaning of every query field, on catalogues small enough to work out by hand.
@Suite struct ReplaySchemaTests {
    /// South of Johannesburg; 0.09° of latitude are 10.007 557 km.
    private let doctors = [
        #"{"id":4,"name":"Dr Anna Skin","specialties":["skin-care"],"practice":"Rash House","bio":"eczema and rash","suburb":"Melville","city":"Johannesburg","lat":-26,"lon":28,"rating":4,"review_count":7,"fee_cents":50000,"next_available":1000,"languages":["en","zu"],"schemes":["bonitas"],"gender":"female","telehealth":true}"#,
        #"{"id":2,"name":"Dr Ben Skinner","specialties":["general-practice","skin-care"],"practice":"Main Clinic","bio":"acne","suburb":"Rosebank","city":"Johannesburg","lat":-26.09,"lon":28,"rating":4.5,"review_count":9,"fee_cents":60000,"next_available":22600,"languages":["en"],"schemes":["bonitas","gems"],"telehealth":false}"#,
        #"{"id":9,"name":"Dr Cleo Naidoo","specialties":["cardiology"],"practice":"Heart House","bio":"rash decisions","city":"Durban","lat":-29.85,"lon":31.02,"rating":1.99,"review_count":9,"next_available":500}"#,
        #"{"id":1,"name":"Dr Dan Nomad","specialties":["cardiology"]}"#,
    ]

    private func ids(_ query: String) throws -> [CatalogueID] { try Replay(doctors).ids(query) }

    @Test("without text or filters everything matches, ties by id")
    func matchesEverything() throws {
        #expect(try ids(#""sort":"none""#) == [1, 2, 4, 9])
        #expect(try ids(#""text":"","sort":"text""#) == [1, 2, 4, 9])
        #expect(try ids(#""text":"!?","sort":"text","limit":2"#) == [1, 2])
        #expect(try ids(#""limit":0"#) == [])
    }

    @Test("fields: identity reads name, specialty, practice, city and suburb; body reads specialty, practice and bio")
    func readsFieldSets() throws {
        for (word, identity, body) in [
            ("anna", [4], []), ("skin", [2, 4], [2, 4]), ("care", [2, 4], [2, 4]), ("clinic", [2], [2]), ("durban", [9], []),
            ("melville", [4], []), ("eczema", [], [4]), ("rash", [4], [4, 9]),
        ] as [(String, [CatalogueID], [CatalogueID])] {
            #expect(try ids(#""text":"\#(word)""#) == identity)
            #expect(try ids(#""text":"\#(word)","fields":"body""#) == body)
        }
    }

    @Test("match: all asks for every word, any for one")
    func matchesWords() throws {
        #expect(try ids(#""text":"HOUSE, heart!""#) == [9])
        #expect(try ids(#""text":"house heart","match":"any""#) == [4, 9])
        #expect(try ids(#""text":"house nowhere""#) == [])
    }

    @Test("expand: prefix widens the last word only, typo words of four letters and more")
    func expandsWords() throws {
        #expect(try ids(#""text":"dr skinn","expand":"prefix""#) == [2])
        #expect(try ids(#""text":"ski","expand":"prefix""#) == [2, 4])
        #expect(try ids(#""text":"ski dr","expand":"prefix""#) == [])
        #expect(try ids(#""text":"ski""#) == [])
        // skim → skin, one substitution; ski has three letters; naiodo swaps two letters, which counts two.
        #expect(try ids(#""text":"skim","expand":"typo""#) == [2, 4])
        #expect(try ids(#""text":"ski","expand":"typo""#) == [])
        #expect(try ids(#""text":"naido","expand":"typo""#) == [9])
        #expect(try ids(#""text":"naiodo","expand":"typo""#) == [])
        #expect(try ids(#""text":"naidoo""#) == [9])
    }

    @Test("filters ask for the exact value, and a document without it does not pass")
    func filters() throws {
        #expect(try ids(#""specialty":"skin-care""#) == [2, 4])
        #expect(try ids(#""specialty":"skin""#) == [])
        #expect(try ids(#""scheme":"gems""#) == [2])
        #expect(try ids(#""language":"zu""#) == [4])
        #expect(try ids(#""language":"bonitas""#) == [])
        #expect(try ids(#""telehealth":true"#) == [4])
        #expect(try ids(#""telehealth":false"#) == [2])
        #expect(try ids(#""min_rating":4.5"#) == [2])
        #expect(try ids(#""min_rating":0"#) == [2, 4, 9])
        #expect(try ids(#""max_fee_cents":50000"#) == [4])
        #expect(try ids(#""available_before":1000"#) == [9])
        #expect(try ids(#""available_before":1001"#) == [4, 9])
        #expect(try ids(#""near":[-26,28],"radius_km":10.007"#) == [4])
        #expect(try ids(#""near":[-26,28],"radius_km":10.008"#) == [2, 4])
        #expect(try ids(#""near":[-26,28]"#) == [1, 2, 4, 9])
        #expect(try ids(#""near":[-26,28],"radius_km":0"#) == [4])
    }

    @Test("sort: distance and soonest ascend, reviews descends, ties go by id and missing values last")
    func sorts() throws {
        #expect(try ids(#""sort":"distance","near":[-26.08,28]"#) == [2, 4, 9, 1])
        #expect(try ids(#""sort":"soonest""#) == [9, 4, 2, 1])
        #expect(try ids(#""sort":"reviews""#) == [2, 9, 4, 1])
        let metres = try Replay(doctors).keys(#""sort":"distance","near":[-26.09,28],"radius_km":11"#)
        #expect(metres[0] == 0 && abs(metres[1] + 10_007.5572) < 0.0001)
    }

    @Test("sort: blend adds distance, rating and availability")
    func blends() throws {
        let query = #""sort":"blend","now":1000,"near":[-26,28]"#
        // 4: ½·1 + 0.3·¾ + 0.2·1; 2: ½·(1 − 10.007557/20) + 0.3·⅞ + 0.2·½.
        #expect(try ids(query + #","radius_km":20"#) == [4, 2])
        #expect(isNear(try Replay(doctors).keys(query + #","radius_km":20"#), [0.925, 0.6123111]))
        // No radius: no distance. 9 has a slot in the past, which counts as one now; 1 has nothing.
        #expect(try ids(query) == [4, 2, 9, 1])
        #expect(isNear(try Replay(doctors).keys(query), [0.425, 0.3625, 0.27425, 0]))
        // A slot beyond the horizon adds nothing.
        #expect(isNear(try Replay(doctors).keys(#""sort":"blend","now":0,"min_rating":4,"available_before":1001"#), [0.225 + 0.2 * (1 - 1000 / 43_200)]))
        let late = try Replay([#"{"id":1,"next_available":50000}"#])
        #expect(try late.keys(#""sort":"blend","now":0"#) == [0])
    }

    private func isNear(_ keys: [Double], _ expected: [Double]) -> Bool {
        keys.count == expected.count && zip(keys, expected).allSatisfy { abs($0 - $1) < 1e-6 }
    }

    @Test("sort: text is BM25 over the chosen fields read as one")
    func scoresText() throws {
        let replay = try Replay([
            #"{"id":1,"name":"rash","bio":"words that identity does not read"}"#, #"{"id":2,"name":"rash one","city":"two"}"#,
        ])
        // N = df = 2, lengths 1 and 3, average 2: ln 1.2 · f / (f + 1.2) with f = 1 / 0.625 and 1 / 1.375.
        #expect(isNear(try replay.keys(#""text":"rash","sort":"text""#), [0.1041837467, 0.0688006818]))
        #expect(isNear(try replay.keys(#""text":"two","sort":"text""#), [0.6931471806 * 0.3773584906]))
        // Any: a document's words add up. The word said twice counts twice.
        #expect(try replay.ids(#""text":"rash two","match":"any","sort":"text""#) == [2, 1])
        #expect(isNear(try replay.keys(#""text":"rash rash","sort":"text""#), [0.2083674934, 0.1376013637]))
    }

    @Test("facets count all matches, whatever the limit, by specialty and between the rating edges")
    func countsFacets() throws {
        let result = try Replay(doctors).search(#"{"id":"q","class":"c","limit":1,"facets":["specialty","rating"]}"#)
        #expect(result.matchCount == 4 && result.hits.count == 1)
        #expect(result.tagFacets[0]?.map { "\($0.value) \($0.count)" } == ["cardiology 2", "skin-care 2", "general-practice 1"])
        #expect(result.ratingFacet == [1, 0, 0, 1, 1])
        let edges = try Replay((0..<6).map { #"{"id":\#($0),"rating":\#([1, 2, 3, 4, 4.5, 5][$0])}"# })
        #expect(try edges.search(#"{"id":"q","class":"c","facets":["rating"]}"#).ratingFacet == [1, 1, 1, 1, 2])
        #expect(try edges.search(#"{"id":"q","class":"c"}"#).ratingFacet == [])
    }

    @Test("ties between string ids go by the string")
    func tiesByStringID() throws {
        let replay = try Replay(["zulu", "alpha", "mike"].map { #"{"id":"\#($0)","name":"same"}"# } + [#"{"id":5,"name":"same"}"#])
        #expect(try replay.ids(#""text":"same","sort":"text""#) == [5, "alpha", "mike", "zulu"])
    }
}
