import Foundation
import Testing

@testable import Web

@Suite struct JSONParserTests {
    @Test("What JSONSerialization reads from random valid JSON, the parser reads too")
    func agreesOnValues() throws {
        var random = SeededRandom.printed()
        for _ in 0..<2000 {
            let value = JSONValue.random(using: &random, depth: 4)
            let bytes = value.written(using: &random)
            let read = try JSONSerialization.jsonObject(with: Data(bytes), options: .fragmentsAllowed)
            let parsed = try JSONParser.parse(bytes)
            #expect(parsed.equals(read), "\(String(decoding: bytes, as: UTF8.self))")
        }
    }

    @Test("On 8 000 mutated documents the parser accepts nothing that JSONSerialization refuses, and refuses only for its own rules")
    func agreesOnValidity() {
        var random = SeededRandom.printed()
        var accepted = 0
        for _ in 0..<8000 {
            var bytes = JSONValue.random(using: &random, depth: 3).written(using: &random)
            bytes.mutate(using: &random)
            let theirs = (try? JSONSerialization.jsonObject(with: Data(bytes), options: .fragmentsAllowed)) != nil
            let document = String(decoding: bytes, as: UTF8.self)
            do {
                _ = try JSONParser.parse(bytes)
                accepted += 1
                #expect(theirs, "accepted but not valid: \(document.debugDescription)")
            } catch {
                let isOwnRule = Self.ownRules.contains { error.reason.contains($0) } || document.contains(Self.trailingComma)
                #expect(!theirs || isOwnRule, "\(error.reason): \(document.debugDescription)")
            }
        }
        #expect((400...7600).contains(accepted), "the mutations hit nothing or everything: \(accepted)")
    }

    private static let ownRules = ["twice", "surrogate", "too large"]
    // JSONSerialization lets a comma pass before a closing bracket if white space follows it
    private static var trailingComma: Regex<Substring> { /,\s*[\]}]/ }

    @Test("Lenient readers' pitfalls are refused", arguments: [
        "", " ", "{", "[1,]", "{\"a\":1,}", "{\"a\":1}x", "{\"a\":1}{}", "{\"a\":1,\"a\":2}", "{\"a\":1,\"\\u0061\":2}", "[1e999]", "[-1e999]",
        "[01]", "[1.]", "[.5]", "[+1]", "[NaN]", "[Infinity]", "['a']", "[\"\\x\"]", "[\"\\ud800\"]", "[\"\\ud800\\u0041\"]", "[\"\t\"]", "\u{FEFF}{}",
        "[\"\\u12\"]", "nul", "[tru]", "{a:1}", "// x\n{}", String(repeating: "[", count: 17) + String(repeating: "]", count: 17), "\"abc", "[-]", "[1e]", "\u{0}0", "0\u{0}",
    ])
    func refuses(document: String) {
        #expect(throws: JSONError.self) { try JSONParser.parse(Array(document.utf8)) }
    }

    @Test("Bytes that are not UTF-8 are refused wherever they stand", arguments: [[0xFF], [0xC0, 0x80], [0xED, 0xA0, 0x80], [0xF4, 0x90, 0x80, 0x80], [0xE2, 0x82]])
    func refusesBadUTF8(bytes: [UInt8]) {
        #expect(throws: JSONError.self) { try JSONParser.parse(Array("[\"".utf8) + bytes + Array("\"]".utf8)) }
        #expect(throws: JSONError.self) { try JSONParser.parse(Array("[".utf8) + bytes + Array("]".utf8)) }
    }

    @Test("Escapes and nesting up to the limit are read")
    func reads() throws {
        #expect(try JSONParser.parse(Array(#" ["\u00e9\ud83d\ude00\/\b\f", -0.5e+3] "#.utf8)) == .array([.string("é😀/\u{8}\u{c}"), .number("-0.5e+3")]))
        let nested = String(repeating: "[", count: 16) + String(repeating: "]", count: 16)
        #expect(throws: Never.self) { try JSONParser.parse(Array(nested.utf8)) }
    }
}
