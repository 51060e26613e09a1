import Domain
import Foundation
import SearchIndex
import Testing
import Web

@testable import Search

@Suite struct DoctorCardTests {
    private static let free = Date(timeIntervalSince1970: 1_795_500_600)

    private static func listing(_ rating: Double?, fee: Int?, showsFees: Bool = true, free: Date? = free) -> DoctorListing {
        DoctorListing(
            doctorID: 7, displayName: "Dr \"Q\" Mokoena", registrationNumber: nil, isVerified: true, gender: "female", biography: "",
            telehealth: true, rating: rating, reviewCount: rating == nil ? 0 : 38, isSample: true, specialties: ["dermatology"],
            subSpecialties: [], languages: ["xh"], schemes: ["bonitas"],
            practice: .init(
                id: 9, name: "Rooms", address: nil, suburb: "Sandton", city: nil, province: nil, latitude: -26.1, longitude: 28.05,
                showsFees: showsFees, firstVisitCents: fee, nextAvailableAt: free))
    }

    /// The one doctor of an answer, as a client reads it.
    private func doctor(_ listing: DoctorListing) throws -> [String: Any] {
        let search = InMemorySearch(
            listings: [listing], terminology: QueryInterpreterTests.terminology,
            dependencies: .init(place: { _ in nil }, placesNamed: { _ in [] }, suggestPlaces: { _, _ in [] }))
        var parameters = try RequestParameters(jsonBytes: Array("{}".utf8))
        let answer = try JSONSerialization.jsonObject(with: Data(search.answer(&parameters))) as? [String: Any]
        return try #require((answer?["data"] as? [[String: Any]])?.first)
    }

    @Test("A card has all its members, whether they have a value or not")
    func shape() throws {
        let members: Set = [
            "id", "name", "specialties", "practice", "fee", "rating", "next_available", "languages", "schemes", "gender", "telehealth",
            "verified", "sample",
        ]
        #expect(try Set(doctor(Self.listing(4.35, fee: 65_000)).keys) == members)
        let empty = try doctor(Self.listing(nil, fee: nil, free: nil))
        #expect(Set(empty.keys) == members)
        #expect(["fee", "rating", "next_available"].allSatisfy { empty[$0] is NSNull })
    }

    @Test("Fee, rating and next free time are those of the listing, to the cent, the hundredth and the minute")
    func volatileMembers() throws {
        for hundredths in 100...500 {
            let rating = Double(hundredths) / 100
            let card = try doctor(Self.listing(rating, fee: 65_000 + hundredths))
            #expect((card["rating"] as? [String: Double])?["average"] == rating)
            #expect((card["fee"] as? [String: Any])?["amount_cents"] as? Int == 65_000 + hundredths)
        }
        let card = try doctor(Self.listing(5, fee: 0))
        #expect((card["rating"] as? [String: Any])?["count"] as? Int == 38)
        #expect((card["fee"] as? [String: Any])?["amount_cents"] as? Int == 0)
        #expect(card["next_available"] as? String == LocalTime.text(Self.free))
        #expect(try doctor(Self.listing(5, fee: 65_000, showsFees: false))["fee"] is NSNull)
    }

    @Test("Pages read the card that answers give")
    func pagesReadTheSame() throws {
        let signals = Signals(rating: 4.35, reviewCount: 38, feeCents: 65_000, nextAvailableMinute: 29_925_010)
        let stored = DoctorCard.stored(Self.listing(4, fee: 1), terminology: QueryInterpreterTests.terminology)
        let card = try DoctorCard(stored: stored, signals: signals)
        #expect(card.name == "Dr \"Q\" Mokoena" && card.practice?.suburb == "Sandton" && card.languages == ["xh"])
        #expect(card.fee?.amountCents == 65_000 && card.rating?.average == 4.35 && card.rating?.count == 38)
        #expect(card.nextAvailable == LocalTime.text(epochMinute: 29_925_010))
    }
}
