import Domain
import Testing

@testable import Places

@Suite("GET /v1/facilities")
struct FacilitiesRoutesTests {
    private struct List: Decodable {
        let data: [Entry]
        let nextCursor: String?
    }
    private struct Entry: Decodable, Equatable {
        let name: String, kind: String, category: String, province: String, source: String
        let district: String?
        let emergencyCare: Bool?
        let location: Location
        let distanceM: Int
    }
    private struct Location: Decodable, Equatable { let lat: Double, lon: Double }

    @Test("facilities near a position come nearest first and as asked, and nobody may store the answer")
    func findsNearPosition() async throws {
        let reply = try await PlacesSite().get(
            "/v1/facilities?near=-26.2,28.04&kind=hospital,clinic&kind=other&emergency=true&radius_km=50&limit=100")
        #expect(reply.status == 200)
        #expect(reply.cacheControl == "private, no-store")
        let list = try reply.decode(List.self)
        let query = FacilityQuery(
            coordinate: Coordinate(latitude: -26.2, longitude: 28.04)!, kinds: [.hospital, .clinic, .other],
            emergencyCare: true, radiusMetres: 50e3, limit: 100)
        let expected = PlacesFixtures.facilityDirectory.nearest(query).hits
        #expect(!expected.isEmpty)
        #expect(list.data.map(\.name) == expected.map(\.facility.name))
        #expect(list.data.map(\.distanceM) == expected.map { Int($0.distanceMetres.rounded()) })
        #expect(list.data.allSatisfy { $0.emergencyCare == true })
    }

    @Test("a known place stands for its centre, and the answer is public")
    func findsNearPlace() async throws {
        let site = try PlacesSite()
        let place = try #require(PlacesFixtures.directory.place(slug: "soweto")).coordinate
        let byPlace = try await site.get("/v1/facilities?place=soweto")
        let byPosition = try await site.get("/v1/facilities?near=\(place.latitude),\(place.longitude)")
        #expect(try byPlace.decode(List.self).data == byPosition.decode(List.self).data)
        #expect(try byPlace.decode(List.self).data.count == 20)
        #expect(byPlace.cacheControl == "public, max-age=30, stale-while-revalidate=300")
    }

    @Test("following the cursors gives the whole list once")
    func followsCursors() async throws {
        let site = try PlacesSite()
        let query = "/v1/facilities?place=soweto&kind=hospital&radius_km=40&limit="
        let all = try await site.get(query + "100").decode(List.self)
        #expect(all.nextCursor == nil)
        var paged: [Entry] = []
        var cursor = ""
        repeat {
            let page = try await site.get(query + "7" + cursor).decode(List.self)
            paged += page.data
            cursor = page.nextCursor.map { "&cursor=" + $0 } ?? ""
        } while !cursor.isEmpty
        #expect(paged == all.data)
        #expect(paged.count > 7)
    }

    @Test("a cursor of another query, of another place or made up is refused")
    func refusesForeignCursors() async throws {
        let site = try PlacesSite()
        let cursor = try #require(try await site.get("/v1/facilities?place=soweto&limit=1").decode(List.self).nextCursor)
        for query in ["place=durban&cursor=\(cursor)", "place=soweto&kind=clinic&cursor=\(cursor)", "place=soweto&cursor=AAAA"] {
            #expect(try await site.get("/v1/facilities?\(query)").complaints() == ["cursor: not_valid", "400"], "\(query)")
        }
        #expect(try await site.get("/v1/facilities?place=soweto&cursor=\(cursor)").status == 200)
    }

    @Test(
        "a bad parameter is named",
        arguments: [
            ("", "near: required"), ("near=-26,28&place=soweto", "place: not_allowed"), ("place=nowhere", "place: unknown_place"),
            ("near=x", "near: wrong_type"), ("near=-26", "near: wrong_type"), ("near=-96,28", "near: out_of_range"),
            ("near=nan,28", "near: wrong_type"), ("place=soweto&kind=spa", "kind: not_allowed"),
            ("place=soweto&kind=clinic,spa", "kind: not_allowed"), ("place=soweto&emergency=yes", "emergency: wrong_type"),
            ("place=soweto&radius_km=0", "radius_km: out_of_range"), ("place=soweto&radius_km=-1", "radius_km: out_of_range"),
            ("place=soweto&limit=101", "limit: out_of_range"), ("place=soweto&colour=red", "colour: unknown"),
        ])
    func refusesBadParameters(query: String, complaint: String) async throws {
        #expect(try await PlacesSite().get("/v1/facilities?\(query)").complaints() == [complaint, "400"])
    }

    @Test("before data is loaded the list near a position is empty")
    func answersWhenEmpty() async throws {
        let reply = try await PlacesSite(isEmpty: true).get("/v1/facilities?near=-26,28")
        #expect(reply.body == #"{"data":[],"next_cursor":null}"#)
    }
}
