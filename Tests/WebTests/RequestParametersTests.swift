import Foundation
import HTTPTypes
import Testing

@testable import Web

@Suite struct RequestParametersTests {
    enum Sort: String, CaseIterable { case distance, rating }

    /// What a reader found, as text, or the complaints as `field:code`.
    static func outcome(_ read: (inout RequestParameters) -> Any?, from make: () throws -> RequestParameters) -> String {
        do {
            var parameters = try make()
            let value = read(&parameters)
            try parameters.finish()
            return value.map { "\($0)" } ?? "nil"
        } catch let problem as Problem {
            return problem.errors.isEmpty ? problem.code : problem.errors.map { "\($0.field):\($0.code)" }.joined(separator: " ")
        } catch {
            return "\(error)"
        }
    }

    static func query(_ text: String, _ read: (inout RequestParameters) -> Any?) -> String {
        outcome(read) { try RequestParameters(formBytes: Array(text.utf8), emptyIsAbsent: false) }
    }

    static func json(_ text: String, _ read: (inout RequestParameters) -> Any?) -> String {
        outcome(read) { try RequestParameters(jsonBytes: Array(text.utf8)) }
    }

    @Test("Text in queries is decoded, trimmed and bounded", arguments: [
        ("q=skin+rash", "skin rash"), ("q=%20caf%C3%A9%0A", "café"), ("q=a%2Bb%26c", "a+b&c"), ("", "nil"), ("q=", "nil"), ("q", "nil"), ("&&q=a&", "a"),
        ("q=a=b", "a=b"), ("%71=a", "a"), ("q=a&q=b", "q:duplicate"), ("q=%", "q:bad_percent_escape"), ("q=%4", "q:bad_percent_escape"),
        ("q=%zz", "q:bad_percent_escape"), ("q=%FF", "q:not_utf8"), ("q=%C3", "q:not_utf8"), ("q=%00", "q:not_utf8"), ("q=%ED%A0%80", "q:not_utf8"),
        ("q=12345678901", "q:too_long"), ("q=1234567890", "1234567890"), ("q=ééééé", "ééééé"), ("q=éééééx", "q:too_long"), ("Q=a", "Q:unknown"), ("x=1&q=a&y=2", "x:unknown y:unknown"),
    ])
    func text(query: String, expected: String) {
        #expect(Self.query(query) { $0.string("q", maxBytes: 10) } == expected)
    }

    @Test("Numbers are finite, in range and written as decimals", arguments: [
        ("n=5", "5"), ("n=-5", "-5"), ("n=0", "0"), ("n=5.5", "n:wrong_type"), ("n=", "n:wrong_type"), ("n=five", "n:wrong_type"), ("n=11", "n:out_of_range"),
        ("n=99999999999999999999", "n:wrong_type"), ("n=0x5", "n:wrong_type"), ("n=nan", "n:wrong_type"), ("n=%205", "n:wrong_type"), ("n=1&n=2", "n:duplicate"), ("n=٣", "n:wrong_type"),
    ])
    func integers(query: String, expected: String) {
        #expect(Self.query(query) { $0.int("n", in: -10...10) } == expected)
    }

    @Test("Doubles refuse NaN, infinity and hexadecimal", arguments: [
        ("n=0.5", "0.5"), ("n=1e2", "100.0"), ("n=nan", "n:wrong_type"), ("n=inf", "n:wrong_type"), ("n=-infinity", "n:wrong_type"), ("n=1e999", "n:wrong_type"),
        ("n=0x1p3", "n:wrong_type"), ("n=1,5", "n:wrong_type"), ("n=101", "n:out_of_range"), ("n=", "n:wrong_type"), ("n=1e", "n:wrong_type"),
    ])
    func doubles(query: String, expected: String) {
        #expect(Self.query(query) { $0.double("n", in: 0...100) } == expected)
    }

    @Test("JSON values must have the right type", arguments: [
        ("{\"n\":5}", "5"), ("{\"n\":5.0}", "5"), ("{\"n\":5.5}", "n:wrong_type"), ("{\"n\":\"5\"}", "n:wrong_type"), ("{\"n\":[5]}", "n:wrong_type"), ("{\"n\":null}", "nil"),
        ("{}", "nil"), ("{\"n\":true}", "n:wrong_type"), ("{\"n\":1e1}", "10"), ("{\"n\":1e3}", "n:out_of_range"), ("{\"m\":1}", "m:unknown"), ("{\"m\":null}", "m:unknown"),
        ("[1]", "request.invalid_json"), ("{\"n\":1,\"n\":1}", "request.invalid_json"), ("", "request.invalid_json"), ("null", "request.invalid_json"),
    ])
    func jsonIntegers(body: String, expected: String) {
        #expect(Self.json(body) { $0.int("n", in: -10...10) } == expected)
    }

    @Test("Truth values, texts and enumerations in JSON and queries")
    func others() {
        #expect(Self.query("b=true") { $0.bool("b") } == "true")
        #expect(Self.query("b=TRUE") { $0.bool("b") } == "b:wrong_type")
        #expect(Self.query("b=") { $0.bool("b") } == "b:wrong_type")
        #expect(Self.json("{\"b\":false}") { $0.bool("b") } == "false")
        #expect(Self.json("{\"b\":\"false\"}") { $0.bool("b") } == "b:wrong_type")
        #expect(Self.json("{\"b\":1}") { $0.string("b", maxBytes: 9) } == "b:wrong_type")
        #expect(Self.json("{\"b\":\"a\\u0000\"}") { $0.string("b", maxBytes: 9) } == "b:not_allowed")
        #expect(Self.query("s=rating") { $0.enumeration("s", as: Sort.self) } == "rating")
        #expect(Self.query("s=price") { $0.enumeration("s", as: Sort.self) } == "s:not_allowed")
        #expect(Self.query("s=") { $0.enumeration("s", as: Sort.self) } == "s:not_allowed")
    }

    @Test("Lists repeat or have commas in queries and are arrays in JSON")
    func lists() {
        let read = { (parameters: inout RequestParameters) -> Any? in parameters.strings("l", maxCount: 3, maxBytes: 3) }
        #expect(Self.query("l=xh,zu&l=en", read) == #"["xh", "zu", "en"]"#)
        #expect(Self.query("l=,&l=", read) == "[]")
        #expect(Self.query("", read) == "[]")
        #expect(Self.query("l=a,b,c,d", read) == "l:too_many")
        #expect(Self.query("l=,,,", read) == "l:too_many")
        #expect(Self.query("l=a,long", read) == "l:too_long")
        #expect(Self.json("{\"l\":[\"xh\",\" zu \"]}", read) == #"["xh", "zu"]"#)
        #expect(Self.json("{\"l\":\"xh\"}", read) == "l:wrong_type")
        #expect(Self.json("{\"l\":[\"xh\",1]}", read) == "l:wrong_type")
    }

    @Test("Places", arguments: [
        ("-26.1,28.0", "(latitude: -26.1, longitude: 28.0)"), ("-26.1, 28.0", "(latitude: -26.1, longitude: 28.0)"), ("90,180", "(latitude: 90.0, longitude: 180.0)"),
        ("91,0", "p:out_of_range"), ("0,-180.1", "p:out_of_range"), ("1", "p:wrong_type"), ("1,2,3", "p:wrong_type"), ("nan,1", "p:wrong_type"), ("1,inf", "p:wrong_type"), (",", "p:wrong_type"), ("", "p:wrong_type"),
    ])
    func places(text: String, expected: String) {
        #expect(Self.query("p=" + text.replacing(" ", with: "+")) { $0.coordinate("p") } == expected)
    }

    @Test("Places in JSON are objects of lat and lon alone")
    func jsonPlaces() {
        let read = { (parameters: inout RequestParameters) -> Any? in parameters.coordinate("p") }
        #expect(Self.json("{\"p\":{\"lat\":-26.1,\"lon\":28}}", read) == "(latitude: -26.1, longitude: 28.0)")
        for bad in ["{\"lat\":1}", "{\"lat\":1,\"lon\":\"2\"}", "{\"lat\":1,\"lon\":2,\"x\":3}", "[1,2]", "\"1,2\"x"] {
            #expect(Self.json("{\"p\":\(bad)}", read) != "nil")
            #expect(!Self.json("{\"p\":\(bad)}", read).hasPrefix("("))
        }
    }

    @Test("All complaints come at once, with those of the route and required names")
    func allAtOnce() throws {
        var parameters = try RequestParameters(formBytes: Array("a=x&b=1&b=2&z=1".utf8), emptyIsAbsent: false)
        _ = parameters.int("a", in: 0...1)
        _ = parameters.string("b", maxBytes: 1)
        parameters.require("a", false)
        parameters.require("c", parameters.string("c", maxBytes: 1) != nil)
        parameters.refuse("d", code: "own", detail: "Ours.")
        let problem = try #require(throws: Problem.self) { try parameters.finish() }
        #expect(problem.errors.map { "\($0.field):\($0.code)" } == ["a:wrong_type", "b:duplicate", "c:required", "d:own", "z:unknown"])
        #expect(problem.errors.last?.detail.contains("a, b, c") == true)
    }

    @Test("Empty fields of forms are absent")
    func forms() {
        let make = { try RequestParameters(formBytes: Array("n=&s=&l=&l=a".utf8), emptyIsAbsent: true) }
        #expect(Self.outcome({ ($0.int("n", in: 0...1), $0.enumeration("s", as: Sort.self), $0.strings("l", maxCount: 9, maxBytes: 9)) }, from: make) == #"(nil, nil, ["a"])"#)
    }

    @Test("Random bytes as a query never trap, and what is accepted is UTF-8 that encodes to the same value")
    func randomQueries() throws {
        var random = SeededRandom.printed()
        for _ in 0..<20_000 {
            let bytes = (0..<Int.random(in: 0...12, using: &random)).map { _ in Array("%%%+&=qC3A9Fé0 ".utf8).randomElement(using: &random) ?? 0 }
            _ = Self.query(String(decoding: bytes, as: UTF8.self)) { $0.string("q", maxBytes: 10) }
        }
        for _ in 0..<2000 {
            let text = String.random(using: &random)
            let encoded = text.utf8.map { "%" + ($0 < 16 ? "0" : "") + String($0, radix: 16, uppercase: true) }.joined()
            let pairs = try FormDecoding.pairs(Array("q=\(encoded)".utf8))
            #expect(pairs.map(\.value) == [text])
        }
    }

    @Test("A body of another content type is 415, with parameters after the type it is read", arguments: [
        ("application/json", 200), ("application/json; charset=utf-8", 200), ("Application/JSON", 200), ("text/plain", 415), ("application/jsonx", 415), ("application/x-www-form-urlencoded", 415),
    ])
    func contentTypes(type: String, status: Int) async throws {
        let reply = try await TestSite().call(.post, "/v1/things", headers: [.contentType: type], body: "{\"name\":\"a\"}")
        #expect(reply.status == status)
    }

    @Test("A body without content type is 415")
    func noContentType() async throws {
        #expect(try await TestSite().call(.post, "/v1/things", body: "{\"name\":\"a\"}").status == 415)
    }
}
