import Foundation
import SearchIndex
import Testing

@testable import SearchReplay

@Suite struct NaiveReplayTests {
    @Test("random queries over random catalogues are answered as the format's text says")
    func agreesWithNaive() throws {
        var draw = Draw(generator: SeededGenerator(for: "replay format"))
        for _ in 0..<10 {
            let doctors = (0..<Int.random(in: 1...80, using: &draw.generator)).map { draw.doctor($0) }.shuffled(using: &draw.generator)
            let (replay, naive) = (try Replay(doctors), try NaiveReplay(doctors))
            for _ in 0..<50 {
                let query = draw.query()
                let result = try replay.search(query)
                let expected = try naive.answer(query)
                #expect(result.matchCount == expected.count, "\(query)")
                #expect(result.hits.count == min(expected.count, 10), "\(query)")
                #expect(isRanked(result.hits.map { Int($0.id) }, as: expected.ranked), "\(query)")
                #expect(Dictionary(uniqueKeysWithValues: result.tagFacets[0]!.map { ($0.value, $0.count) }) == expected.specialties, "\(query)")
                #expect(result.ratingFacet == expected.ratings, "\(query)")
            }
        }
    }

    /// Equal ids at every place; where the keys differ by rounding only, either order.
    private func isRanked(_ ids: [Int], as ranked: [(id: Int, key: Double)]) -> Bool {
        let keys = Dictionary(uniqueKeysWithValues: ranked.map { ($0.id, $0.key) })
        return Set(ids).count == ids.count && zip(ids, ranked).allSatisfy { id, expected in
            guard id != expected.id else { return true }
            guard let key = keys[id], key != expected.key else { return false }
            return abs(key - expected.key) <= 1e-12 * max(1, abs(expected.key))
        }
    }
}

/// Random lines whose values collide often and are often missing.
private struct Draw {
    var generator: SeededGenerator
    private let words = ["skin", "skins", "skim", "rash", "rush", "heart", "hear", "care", "clinic", "dr", "ear", "eat", "doctor"]
    private let slugs = ["skin-care", "heart", "ear-clinic", "doctor"]

    mutating func text() -> String {
        (0..<Int.random(in: 0...4, using: &generator)).map { _ in words.randomElement(using: &generator)! }.joined(separator: " ")
    }

    private mutating func some(_ values: [String]) -> [String] { values.filter { _ in Bool.random(using: &generator) } }

    private mutating func degrees(around centre: Double) -> Double {
        Double(Int(centre * 10_000) + Int.random(in: -2000...2000, using: &generator)) / 10_000
    }

    private mutating func line(_ members: [(String, Any)], always: [String: Any]) -> String {
        var object = always
        for (key, value) in members where Int.random(in: 0..<3, using: &generator) > 0 { object[key] = value }
        return String(decoding: try! JSONSerialization.data(withJSONObject: object), as: UTF8.self)
    }

    mutating func doctor(_ id: Int) -> String {
        var always: [String: Any] = ["id": id]
        if Bool.random(using: &generator) {
            always["lat"] = degrees(around: -26)
            always["lon"] = degrees(around: 28)
        }
        let members: [(String, Any)] = [
            ("name", text()), ("specialties", some(slugs)), ("practice", text()), ("bio", text() + " " + text()),
            ("suburb", text()), ("city", text()), ("rating", Double(Int.random(in: 10...50, using: &generator)) / 10),
            ("review_count", Int.random(in: 0...5, using: &generator)), ("fee_cents", Int.random(in: 0...9, using: &generator)),
            ("next_available", Int.random(in: 0...99_999, using: &generator)), ("languages", some(["en", "zu"])),
            ("schemes", some(["a", "b"])), ("telehealth", Bool.random(using: &generator)), ("gender", "female"),
        ]
        return line(members, always: always)
    }

    mutating func query() -> String {
        var always: [String: Any] = [
            "id": "q", "class": "c", "limit": 10, "facets": ["rating", "specialty"], "near": [degrees(around: -26), degrees(around: 28)],
            "now": Int.random(in: 0...60_000, using: &generator),
            "sort": ["text", "blend", "distance", "soonest", "reviews", "none"].randomElement(using: &generator)!,
        ]
        for (key, values) in [("fields", ["identity", "body"]), ("match", ["all", "any"]), ("expand", ["none", "prefix", "typo"])] {
            always[key] = values.randomElement(using: &generator)!
        }
        if Bool.random(using: &generator) { always["text"] = text() }
        let filters: [(String, Any)] = [
            ("specialty", slugs.randomElement(using: &generator)!), ("scheme", "a"), ("language", "zu"), ("telehealth", Bool.random(using: &generator)),
            ("radius_km", Double.random(in: 1...40, using: &generator)), ("min_rating", Double(Int.random(in: 0...50, using: &generator)) / 10),
            ("max_fee_cents", 5), ("available_before", 50_000),
        ]
        let kept = filters.filter { _ in Int.random(in: 0..<5, using: &generator) == 0 }
        return line(kept, always: always)
    }
}
