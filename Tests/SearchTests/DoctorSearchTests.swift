import Domain
import Foundation
import SearchIndex
import Testing
import TextAnalysis
import Web

@testable import Search

@Suite struct DoctorSearchTests {
    /// Ten doctors in a row, a kilometre apart, the nth with a fee of n × R100.
    private static let search = InMemorySearch(
        listings: (1...10).map(listing), terminology: QueryInterpreterTests.terminology,
        dependencies: SearchFeature.Dependencies(
            place: { $0 == "khayelitsha" ? QueryInterpreterTests.place($0, $0) : nil }, placesNamed: { _ in [] }, suggestPlaces: { _, _ in [] }))

    private static func listing(_ number: Int) -> DoctorListing {
        let latitude: Double = -26.1 - Double(number) * 0.009
        let practice = DoctorListing.Practice(
            id: Int64(number), name: "Rooms", address: nil, suburb: "Sandton", city: "Johannesburg", province: "Gauteng",
            latitude: latitude, longitude: 28.05, showsFees: number != 5, firstVisitCents: number * 10_000, nextAvailableAt: nil)
        return DoctorListing(
            doctorID: Int64(number), displayName: number == 3 ? "Dr Nkosinathi Mahlangu" : "Dr Number \(number)",
            registrationNumber: "MP000000\(number % 10)", isVerified: true, gender: number.isMultiple(of: 2) ? "female" : "male",
            biography: "Treats eczema and acne.", telehealth: false, rating: 4, reviewCount: number, isSample: true,
            specialties: [number < 8 ? "dermatology" : "cardiology"], subSpecialties: [], languages: ["xh"], schemes: [],
            practice: practice)
    }

    private struct Answer: Decodable {
        struct Doctor: Decodable { let id: String, distance_m: Int?, fee: Fee? }
        struct Fee: Decodable { let amount_cents: Int }
        let data: [Doctor]
        let next_cursor: String?
        let match: String
        let count: Int?
    }

    private func answer(_ json: String) throws -> Answer {
        var parameters = try RequestParameters(jsonBytes: Array(json.utf8))
        return try JSONDecoder().decode(Answer.self, from: Data(Self.search.answer(&parameters)))
    }

    @Test("A specialty in words is a filter, and distances are measured from the point")
    func specialtyNearPoint() throws {
        let found = try answer(#"{"q": "dermatologist", "near": {"lat": -26.1, "lon": 28.05}, "radius_km": 5.5, "sort": "distance", "count": "exact"}"#)
        #expect(found.data.map(\.id) == ["1", "2", "3", "4", "5"])
        #expect(found.count == 5)
        #expect(found.data.map { abs(($0.distance_m ?? 0) - (Int($0.id) ?? 0) * 1001) < 5 } == Array(repeating: true, count: 5))
    }

    @Test("A fee that a practice hides is neither shown nor searched")
    func hiddenFee() throws {
        #expect(try answer(#"{"max_fee": 100000}"#).data.map(\.id).contains("5") == false)
        #expect(try answer(#"{"sort": "fee"}"#).data.last?.fee == nil)
    }

    @Test("Words loosen only when nobody is found, and the answer says so", arguments: [
        ("mahlangu", "exact", 1), ("mahlan", "prefix", 1), ("mahlengu", "similar", 1), ("mahlangu zzz", "any", 1), ("zzzzz", "similar", 0),
        ("dermatologist zzzzz", "understood", 7), ("mp0000003", "exact", 1), ("mp0000013", "exact", 0),
    ])
    func tiers(_ text: String, _ match: String, _ count: Int) throws {
        let found = try answer(#"{"q": "\#(text)", "count": "exact"}"#)
        #expect(found.count == count)
        #expect(count == 0 || found.match == match)
    }

    @Test("Pages by cursor give every doctor once; the cursor fits no other search")
    func cursor() throws {
        var seen: [String] = []
        var cursor: String?
        repeat {
            let page = try answer(#"{"limit": 3, "specialty": ["dermatology"]\#(cursor.map { #", "cursor": "\#($0)""# } ?? "")}"#)
            seen += page.data.map(\.id)
            cursor = page.next_cursor
        } while cursor != nil && seen.count < 20
        #expect(seen.count == 7 && Set(seen).count == 7)
        let first = try #require(try answer(#"{"limit": 3}"#).next_cursor)
        let problem = #expect(throws: Problem.self) { try answer(#"{"limit": 3, "sort": "fee", "cursor": "\#(first)"}"#) }
        #expect(problem?.errors.map(\.field) == ["cursor"])
    }

    @Test("A mistake is named by its parameter", arguments: [
        (#"{"specialty": ["astrology"]}"#, "specialty"), (#"{"language": ["xx"]}"#, "language"), (#"{"scheme": ["none"]}"#, "scheme"),
        (#"{"place": "nowhere"}"#, "place"), (#"{"sort": "best"}"#, "sort"), (#"{"sort": "distance"}"#, "sort"),
        (#"{"q": "gp", "sort": "distance"}"#, "sort"), (#"{"radius_km": 5}"#, "radius_km"), (#"{"near": {"lat": 91, "lon": 0}}"#, "near"),
        (#"{"near": {"lat": 1, "lon": 0}, "radius_km": 0}"#, "radius_km"), (#"{"near": {"lat": 1, "lon": 0}, "radius_km": 50000}"#, "radius_km"),
        (#"{"limit": -1}"#, "limit"), (#"{"limit": 101}"#, "limit"), (#"{"min_rating": 6}"#, "min_rating"), (#"{"max_fee": -1}"#, "max_fee"),
        (#"{"available_before": "2026-11-24T08:00:00Z", "available_within": "P1D"}"#, "available_within"),
        (#"{"near": {"lat": 1, "lon": 0}, "place": "khayelitsha"}"#, "place"), (#"{"facets": ["colour"]}"#, "facets"),
        (#"{"cursor": "abc"}"#, "cursor"), (#"{"colour": "red"}"#, "colour"),
    ])
    func mistakes(_ json: String, _ field: String) throws {
        let problem = #expect(throws: Problem.self) { try answer(json) }
        #expect(problem?.errors.map(\.field) == [field])
    }
}
