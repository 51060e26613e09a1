import Foundation
import SearchIndex
import Testing

@testable import SearchReplay

@Suite struct CatalogueTests {
    private func refusal(_ lines: [String]) -> String? {
        let file = TemporaryFile(lines)
        return withExtendedLifetime(file) {
            do {
                _ = try Catalogue(file: file.path)
                return nil
            } catch {
                return "\(error)".replacing(file.path, with: "FILE")
            }
        }
    }

    @Test("every documented field is read, others are ignored and null is absent")
    func readsFields() throws {
        let line = #"""
            {"id":"za-1","name":"Dr Zoë \"Z\" Nkosi","specialties":["skin-care","gp"],"practice":"P","bio":"B","suburb":"S","city":"C",
            "province":"GP","lat":-26.1,"lon":28,"rating":4,"review_count":12,"fee_cents":0,"next_available":29000000,
            "languages":["en"],"schemes":["x"],"gender":"female","telehealth":false,"unknown":{"a":[1,{}]},"title":null}
            """#.replacing("\n", with: "")
        let doctor = try CatalogueDoctor(line: Array(line.utf8))
        #expect(doctor.id == "za-1")
        #expect(doctor.name == #"Dr Zoë "Z" Nkosi"#)
        #expect(doctor.specialties == ["skin-care", "gp"])
        #expect([doctor.practice, doctor.bio, doctor.suburb, doctor.city] == ["P", "B", "S", "C"])
        #expect(doctor.location == GeoPoint(latitude: -26.1, longitude: 28))
        #expect(doctor.rating == 4 && doctor.reviewCount == 12 && doctor.feeCents == 0)
        #expect(doctor.nextAvailableMinute == 29_000_000)
        #expect(doctor.languages == ["en"] && doctor.schemes == ["x"] && doctor.gender == "female" && doctor.telehealth == false)
        let bare = try CatalogueDoctor(line: Array(#"{"id":7,"next_available":null,"rating":null}"#.utf8))
        #expect(bare.id == 7 && bare.nextAvailableMinute == nil && bare.rating == nil && bare.location == nil)
    }

    @Test("a bad line is refused with the file, its number and the reason", arguments: [
        (#"{"id":2"#, "JSON ends too early"), ("", "JSON ends too early"), ("[]", "expected an object"), (#"{"name":"x"}"#, "has no id"),
        (#"{"id":2.5}"#, "id: expected an integer of 64 bits, not 2.5"), (#"{"id":true}"#, "id: expected an integer"),
        (#"{"id":9223372036854775808}"#, "id: expected an integer of 64 bits, not 9223372036854775808"),
        (#"{"id":2,"name":5}"#, "name: expected a string"), (#"{"id":2,"specialties":"gp"}"#, "specialties: expected an array"),
        (#"{"id":2,"languages":[1]}"#, "languages: expected a string"), (#"{"id":2,"rating":5.1}"#, "rating: 5.1 is not in 1.0…5.0"),
        (#"{"id":2,"rating":0}"#, "rating: 0.0 is not in 1.0…5.0"), (#"{"id":2,"rating":1e999}"#, "rating: 1e999 is out of range"),
        (#"{"id":2,"lat":-26}"#, "has one of lat and lon, but not both"), (#"{"id":2,"lon":28}"#, "has one of lat and lon, but not both"),
        (#"{"id":2,"lat":91,"lon":0}"#, "lat: 91.0 is not in -90.0…90.0"), (#"{"id":2,"lat":NaN,"lon":0}"#, "lat: expected a number"),
        (#"{"id":2,"fee_cents":-1}"#, "fee_cents: -1 is not in 0…4294967294"), (#"{"id":2,"fee_cents":1.5}"#, "fee_cents: expected an integer of 64 bits, not 1.5"),
        (#"{"id":2,"review_count":"3"}"#, "review_count: expected an integer"), (#"{"id":2,"next_available":"now"}"#, "next_available: expected an integer"),
        (#"{"id":2,"telehealth":1}"#, "telehealth: expected true or false"), (#"{"id":2,"gender":[]}"#, "gender: expected a string"),
        (#"{"id":2} x"#, "not JSON at byte 10"), (#"{"id":2,"other":tru}"#, "expected true or false"),
    ])
    func refusesBadLine(_ line: String, _ reason: String) {
        #expect(refusal([#"{"id":1}"#, line, #"{"id":3}"#]) == "FILE:2: \(reason)")
    }

    @Test("a repeated id is refused with both lines, the first repetition first")
    func refusesRepeatedIDs() {
        #expect(refusal([#"{"id":9}"#, #"{"id":"a"}"#, #"{"id":"9"}"#, #"{"id":"a"}"#, #"{"id":9}"#]) == "FILE:4: id: the same as on line 2")
        // The same text for a reader, but not the same characters.
        #expect(refusal([#"{"id":"\u00e9"}"#, #"{"id":"e\u0301"}"#]) == nil)
    }

    @Test("a file that is not there is refused") func refusesMissingFile() {
        #expect(throws: ReplayError.unreadable(file: "/nowhere/x", reason: "cannot be opened")) { try Catalogue(file: "/nowhere/x") }
    }

    @Test("integers keep their value, strings follow in the order of their UTF-8, and both are found again")
    func numbersIDs() throws {
        let catalogue = try readCatalogue([#"{"id":"b"}"#, #"{"id":40}"#, #"{"id":"é"}"#, #"{"id":-3}"#, #"{"id":"B"}"#, #"{"id":"10"}"#])
        #expect(catalogue.numbers == [43, 40, 44, -3, 42, 41])
        #expect(catalogue.numbers.map(catalogue.ids.original) == ["b", 40, "é", -3, "B", "10"])
    }

    @Test("the greatest and least ids that are accepted are kept")
    func keepsExtremeIDs() throws {
        let greatest = Int64.max - Int64(UInt32.max)
        let catalogue = try readCatalogue([#"{"id":\#(greatest)}"#, #"{"id":\#(Int64.min)}"#, #"{"id":"x"}"#])
        #expect(catalogue.numbers.map(catalogue.ids.original) == [.integer(greatest), .integer(.min), "x"])
        #expect(refusal([#"{"id":\#(greatest + 1)}"#])?.hasPrefix("FILE:1: id: ") == true)
    }

    @Test("lines are the same wherever blocks end, with CRLF and without a last line feed")
    func readsAcrossBlocks() throws {
        let bio = String(repeating: "wörd ", count: 150_000)
        let lines = (0..<5).map { #"{"id":\#($0),"bio":"\#(bio)\#($0)"}"# }
        let catalogue = try readCatalogue([lines.joined(separator: "\r\n")])
        #expect(catalogue.doctors.map(\.bio) == (0..<5).map { "\(bio)\($0)" })
        #expect(try readCatalogue(lines + [""]).doctors.count == 5)
        #expect(try readCatalogue([]).doctors.isEmpty)
    }

    @Test("more different tags than an index can number are refused")
    func refusesTooManyTags() {
        let tags = (0..<65_536).map { "\"t\($0)\"" }
        #expect(refusal([#"{"id":1,"schemes":[\#(tags.dropLast().joined(separator: ","))]}"#]) == nil)
        #expect(refusal([#"{"id":1,"schemes":[\#(tags.joined(separator: ","))]}"#])?.hasPrefix("FILE: more than 65535 different") == true)
    }
}
