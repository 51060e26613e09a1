import Testing

@testable import Places

@Suite("GET /v1/places")
struct PlacesRoutesTests {
    private struct List: Decodable {
        let data: [Entry]
        let nextCursor: String?
    }
    private struct Entry: Decodable {
        let slug: String, name: String, kind: String, city: String, province: String, label: String
        let location: Location
    }
    private struct Location: Decodable { let lat: Double, lon: Double }

    @Test("a suggestion is written in full")
    func writesPlaces() async throws {
        let reply = try await PlacesSite().get("/v1/places?q=khayel&limit=1")
        #expect(reply.status == 200)
        #expect(
            reply.body == """
                {"data":[{"slug":"khayelitsha","name":"Khayelitsha","kind":"town","city":"Cape Town","province":"Western Cape",\
                "location":{"lat":-34.04030,"lon":18.67780},"label":"Khayelitsha, Cape Town, Western Cape"}],"next_cursor":null}
                """)
        #expect(reply.cacheControl == "public, max-age=30, stale-while-revalidate=300")
    }

    @Test("eight suggestions come unless fewer match or another number is asked for")
    func limits() async throws {
        let site = try PlacesSite()
        for (query, count) in [("q=kwa", 8), ("q=kwa&limit=20", 20), ("q=xqzw", 0), ("q=%21", 0), ("q=2196&limit=1", 1)] {
            #expect(try await site.get("/v1/places?\(query)").decode(List.self).data.count == count, "\(query)")
        }
    }

    @Test("a city is not named twice in its label")
    func labelsCities() async throws {
        let list = try await PlacesSite().get("/v1/places?q=e%54hekwini").decode(List.self)
        #expect(list.data.first?.label == "Durban, KwaZulu-Natal")
    }

    @Test(
        "a bad parameter is named",
        arguments: [
            ("", "q: required"), ("q=", "q: required"), ("q=%20", "q: required"), ("q=a&q=b", "q: duplicate"),
            ("q=" + String(repeating: "a", count: 101), "q: too_long"), ("q=a&limit=0", "limit: out_of_range"),
            ("q=a&limit=21", "limit: out_of_range"), ("q=a&limit=x", "limit: wrong_type"), ("q=a&cursor=x", "cursor: unknown"),
        ])
    func refusesBadParameters(query: String, complaint: String) async throws {
        #expect(try await PlacesSite().get("/v1/places?\(query)").complaints() == [complaint, "400"])
    }

    @Test("a place is found by its slug, another slug is not found")
    func findsOnePlace() async throws {
        let site = try PlacesSite()
        let reply = try await site.get("/v1/places/soweto")
        #expect(try reply.decode(Entry.self).label == "Soweto, Johannesburg, Gauteng")
        #expect(try await site.get("/v1/places/atlantis-under-the-sea").status == 404)
        #expect(try await site.get("/v1/places/soweto?x=1").complaints() == ["x: unknown", "400"])
    }

    @Test("before data is loaded lists are empty")
    func answersWhenEmpty() async throws {
        let reply = try await PlacesSite(isEmpty: true).get("/v1/places?q=soweto")
        #expect(reply.body == #"{"data":[],"next_cursor":null}"#)
    }
}
