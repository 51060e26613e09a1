import SearchIndex
import Testing

@testable import SearchReplay

@Suite struct LoggedQueryTests {
    @Test("every documented field is read")
    func readsFields() throws {
        let line = #"""
            {"id":"q1","class":"anything","text":"skin rash","fields":"body","match":"any","expand":"typo","specialty":"s","scheme":"m",
            "language":"af","near":[-26.1,28],"radius_km":2.5,"min_rating":4.5,"max_fee_cents":90000,"available_before":29000000,
            "telehealth":true,"sort":"blend","now":28999999,"limit":0,"facets":["rating","specialty"],"more":1}
            """#.replacing("\n", with: "")
        let query = try LoggedQuery(line: Array(line.utf8))
        #expect(query.id == "q1" && query.queryClass == "anything" && query.text == "skin rash")
        #expect(query.fields == .body && query.match == .any && query.expand == .typo && query.sort == .blend)
        #expect(query.specialty == "s" && query.scheme == "m" && query.language == "af" && query.telehealth == true)
        #expect(query.near == GeoPoint(latitude: -26.1, longitude: 28) && query.radiusMetres == 2500)
        #expect(query.minimumRating == 4.5 && query.maximumFeeCents == 90_000)
        #expect(query.availableBeforeMinute == 29_000_000 && query.nowMinute == 28_999_999)
        #expect(query.limit == 0 && query.facets == [.rating, .specialty])
    }

    @Test("a bad line is refused with the file, its number and the reason", arguments: [
        (#"{"class":"c"}"#, "has no id"), (#"{"id":"q"}"#, "has no class"), (#"{"id":1,"class":"c"}"#, "id: expected a string"),
        (#"{"id":"q","class":"c","sort":"best"}"#, #"sort: "best" is none of text, blend, distance, soonest, reviews, none"#),
        (#"{"id":"q","class":"c","match":"some"}"#, #"match: "some" is none of all, any"#),
        (#"{"id":"q","class":"c","fields":"bio"}"#, #"fields: "bio" is none of identity, body"#),
        (#"{"id":"q","class":"c","expand":"fuzzy"}"#, #"expand: "fuzzy" is none of none, prefix, typo"#),
        (#"{"id":"q","class":"c","facets":["city"]}"#, #"facets: "city" is none of specialty, rating"#),
        (#"{"id":"q","class":"c","facets":"rating"}"#, "facets: expected an array"),
        (#"{"id":"q","class":"c","limit":-1}"#, "limit: -1 is not in 0…2147483647"),
        (#"{"id":"q","class":"c","near":[1]}"#, "near: expected [latitude, longitude] in degrees"),
        (#"{"id":"q","class":"c","near":[91,0]}"#, "near: expected [latitude, longitude] in degrees"),
        (#"{"id":"q","class":"c","near":[1,2],"radius_km":-1}"#, "radius_km: -1.0 is not in 0.0…50000.0"),
        (#"{"id":"q","class":"c","radius_km":1}"#, "radius_km needs near"), (#"{"id":"q","class":"c","sort":"distance"}"#, "sort: distance needs near"),
        (#"{"id":"q","class":"c","sort":"blend"}"#, "sort: blend needs now"), (#"{"id":"q","class":"c","telehealth":"yes"}"#, "telehealth: expected true or false"),
        (#"{"id":"q","class":"c","min_rating":6}"#, "min_rating: 6.0 is not in 0.0…5.0"), ("x", "expected an object"),
    ])
    func refusesBadLine(_ line: String, _ reason: String) {
        let file = TemporaryFile([#"{"id":"q","class":"c"}"#, #"{"id":"q","class":"d"}"#, line])
        defer { withExtendedLifetime(file) {} }
        #expect(throws: ReplayError.badLine(file: file.path, line: 3, reason: reason)) { try LoggedQuery.read(file: file.path) }
    }

    @Test("a class restricts the log, and one that nobody asked is refused")
    func restrictsToClass() throws {
        let file = TemporaryFile([#"{"id":"1","class":"a"}"#, #"{"id":"2","class":"b"}"#, #"{"id":"3","class":"a"}"#])
        defer { withExtendedLifetime(file) {} }
        #expect(try LoggedQuery.read(file: file.path, queryClass: "a").map(\.id) == ["1", "3"])
        #expect(throws: ReplayError.nothingToRun(file: file.path, queryClass: "z")) { try LoggedQuery.read(file: file.path, queryClass: "z") }
    }
}
