import Foundation
import Testing

@testable import SearchReplay

@Suite struct JSONCursorTests {
    private func accepts(_ text: String) -> Bool { accepts(Array(text.utf8)) }

    private func accepts(_ bytes: [UInt8]) -> Bool {
        var cursor = JSONCursor(bytes)
        return (try? cursor.skipValue()) != nil && (try? cursor.finish()) != nil
    }

    @Test("grammatical JSON is accepted", arguments: [
        "{}", "[]", #" {"a" : [1, -0, 0.5e+10, 1E9, true, false, null, "x", {"b":{}}]} "#, #""\"\\\/\b\f\n\r\t\u00e9\ud83d\ude00""#, "\t7\r\n",
    ])
    func acceptsJSON(_ text: String) { #expect(accepts(text)) }

    @Test("anything else is refused", arguments: [
        "", " ", "{", "}", "{\"a\"}", "{\"a\":}", "{\"a\":1,}", "{a:1}", "[1,]", "[1 2]", "[,1]", "01", "-", "+1", "1.", ".5", "1e", "1e+", "0x1",
        "NaN", "Infinity", "tru", "nul", "\"", "\"\\\"", "\"\\x\"", "\"\\u12\"", "\"\\u-001\"", "\"\\ud800\"", "\"\\udc00\"", "\"\\ud800\\u0041\"",
        "\"a\tb\"", "{} {}", "1 2", "'a'", "\u{FEFF}{}", String(repeating: "[", count: 5000),
    ])
    func refusesOther(_ text: String) { #expect(!accepts(text)) }

    @Test("a string that is not UTF-8 is refused")
    func refusesBadUTF8() {
        #expect(!accepts([0x22, 0xC3, 0x28, 0x22]))
        #expect(!accepts([0x22, 0x5C, 0x6E, 0xFF, 0x22]))
    }

    @Test("strings are read as Foundation reads them")
    func readsStrings() throws {
        for text in [#""""#, #""plain é 😀""#, #""\u0041\n\"q\"\\ \/ \ud83d\ude00é""#, #""tail\t""#] {
            var cursor = JSONCursor(Array(text.utf8))
            let read = try cursor.readString()
            #expect(try JSONDecoder().decode(String.self, from: Data(text.utf8)) == read)
        }
    }

    @Test("random edits of a line never crash and agree with Foundation on the grammar")
    func agreesWithFoundation() {
        var generator = SeededGenerator(for: "JSON grammar")
        let seed = Array(#"{"id":-12,"n":"a\u00e9\n","s":["x","y"],"lat":-26.5e1,"t":true,"z":null}"#.utf8)
        let alphabet = Array(#"{}[]:,"\0129.eE+-tfn ua"#.utf8)
        for _ in 0..<20_000 {
            var bytes = seed
            for _ in 0..<Int.random(in: 1...3, using: &generator) {
                let place = Int.random(in: bytes.indices, using: &generator)
                switch Int.random(in: 0..<3, using: &generator) {
                case 0: bytes.remove(at: place)
                case 1: bytes.insert(alphabet.randomElement(using: &generator)!, at: place)
                default: bytes[place] = alphabet.randomElement(using: &generator)!
                }
            }
            let foundation = (try? JSONSerialization.jsonObject(with: Data(bytes), options: .fragmentsAllowed)) != nil
            let text = String(decoding: bytes, as: UTF8.self)
            // Foundation lets a comma stand before the closing bracket.
            let isLenient = text.contains(/,\s*[\]}]/)
            // And it refuses numbers no double can hold, which the grammar allows.
            let mayOverflow = text.contains(/[eE]\+?\d{3,}/)
            #expect(accepts(bytes) == foundation || (foundation && isLenient) || (!foundation && mayOverflow), "\(text)")
        }
    }
}
