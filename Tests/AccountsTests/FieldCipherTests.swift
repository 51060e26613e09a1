import Foundation
import Testing

@testable import Accounts

@Suite struct FieldCipherTests {
    static let one = "1:" + String(repeating: "11", count: 32)
    static let two = "2:" + String(repeating: "22", count: 32)
    let place = FieldCipher.Place(table: "persons", row: UUID(), column: "sealed_notes")

    @Test("What was sealed opens at its place and nowhere else, and never looks the same")
    func places() throws {
        let cipher = try #require(FieldCipher(Self.one))
        let sealed = try cipher.seal("7503305044089", at: place)
        #expect(try cipher.open(sealed, at: place) == "7503305044089")
        #expect(try cipher.seal("7503305044089", at: place) != sealed)
        for other in [
            FieldCipher.Place(table: "persons", row: UUID(), column: place.column),
            FieldCipher.Place(table: "persons", row: place.row, column: "sealed_id_number"),
            FieldCipher.Place(table: "accounts", row: place.row, column: place.column),
        ] {
            #expect(throws: FieldCipher.NotReadable.self) { try cipher.open(sealed, at: other) }
        }
    }

    @Test("Any changed byte, any cut and a missing key are noticed")
    func tampered() throws {
        let cipher = try #require(FieldCipher(Self.one))
        let sealed = try cipher.seal("notes", at: place)
        for index in sealed.indices {
            var changed = sealed
            changed[index] ^= 1
            #expect(throws: FieldCipher.NotReadable.self) { try cipher.open(changed, at: place) }
            #expect(throws: FieldCipher.NotReadable.self) { try cipher.open(Array(sealed.prefix(index)), at: place) }
        }
        let other = try #require(FieldCipher(Self.two))
        #expect(throws: FieldCipher.NotReadable.self) { try other.open(sealed, at: place) }
    }

    @Test("With a newer key beside it an old value still opens, new ones are the newer key's, and look-up finds both")
    func rotation() throws {
        let (old, both, new) = (try #require(FieldCipher(Self.one)), try #require(FieldCipher(Self.one + "," + Self.two)), try #require(FieldCipher(Self.two)))
        #expect(try both.open(old.seal("a", at: place), at: place) == "a")
        #expect(try new.open(both.seal("a", at: place), at: place) == "a")
        #expect(both.newestVersion == 2)
        let hashes = try both.hashes("a", purpose: "id")
        #expect(try hashes == [old.hash("a", purpose: "id"), new.hash("a", purpose: "id")])
        #expect(try old.hash("a", purpose: "id") != old.hash("a", purpose: "membership"))
    }

    @Test("A list of keys that is not one is refused", arguments: ["", "1", "1:", "1:ab", "0:" + String(repeating: "11", count: 32), one + "," + one, one + ",", "x" + one, "1:" + String(repeating: "zz", count: 32)])
    func badKeys(text: String) { #expect(FieldCipher(text) == nil) }
}
