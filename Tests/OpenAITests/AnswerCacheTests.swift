import Testing

@testable import OpenAI

@Suite struct AnswerCacheTests {
    private static func key(_ number: Int) -> AnswerCache.Key {
        AnswerCache.Key(model: "m", schemaName: "s", schemaVersion: "1", cacheKey: String(number))
    }

    /// The same in the plainest way: an array, the most recently used last.
    private struct NaiveCache {
        var entries: [(key: AnswerCache.Key, answer: String, expiry: ContinuousClock.Instant)] = []

        mutating func answer(for key: AnswerCache.Key, at now: ContinuousClock.Instant) -> String? {
            guard let place = entries.firstIndex(where: { $0.key == key }) else { return nil }
            let entry = entries.remove(at: place)
            guard now < entry.expiry else { return nil }
            entries.append(entry)
            return entry.answer
        }

        mutating func keep(_ answer: String, for key: AnswerCache.Key, at now: ContinuousClock.Instant) {
            entries.removeAll { $0.key == key }
            entries = entries.suffix(4) + [(key, answer, now + .seconds(50))]
        }
    }

    @Test("it keeps what a plain list of the five latest used keeps")
    func equalsNaive() {
        let seed = UInt64.random(in: .min ... .max)
        var random = SeededGenerator(state: seed)
        var cache = AnswerCache(maximumEntries: 5, lifetime: .seconds(50))
        var naive = NaiveCache()
        var now = ContinuousClock.now
        for step in 0..<20_000 {
            now += .seconds(Int.random(in: 0...3, using: &random))
            let key = Self.key(.random(in: 0..<9, using: &random))
            if Bool.random(using: &random) {
                let answers = (cache.answer(for: key, at: now), naive.answer(for: key, at: now))
                #expect(answers.0 == answers.1, "seed \(seed), step \(step)")
            } else {
                cache.keep(String(step), for: key, at: now)
                naive.keep(String(step), for: key, at: now)
            }
            #expect(cache.count == naive.entries.count, "seed \(seed), step \(step)")
        }
    }

    @Test("the same question is asked once, and its answer checked each time")
    func hit() async throws {
        let stage = try await Stage([.text(Triage.good), .text(Triage.good)])
        for _ in 0..<3 { #expect(await stage.ask(Triage.request(cacheKey: "a")) == .success(Triage.value)) }
        #expect(try await stage.requestCount == 1)
        let urgency = try await stage.client.answer(Triage.request(cacheKey: "a")) { text throws(InvalidAnswer) in
            try Triage.check(text).urgency
        }
        #expect(try await stage.requestCount == 1 && urgency == "low")
    }

    @Test("another key, schema or none at all asks again")
    func miss() async throws {
        let stage = try await Stage([ScriptedReply](repeating: .text(Triage.good), count: 6))
        var newer = Triage.request(cacheKey: "a")
        newer.schema = AnswerSchema(name: "triage", version: "2", json: Triage.schemaJSON)
        var other = newer
        other.schema = AnswerSchema(name: "other", version: "2", json: Triage.schemaJSON)
        for request in [Triage.request(cacheKey: "a"), Triage.request(cacheKey: "b"), newer, other, Triage.request(), Triage.request()] {
            #expect(await stage.ask(request) == .success(Triage.value))
        }
        #expect(try await stage.requestCount == 6)
    }

    @Test("only the answer that passed is kept, and no longer than its time")
    func lifetime() async throws {
        let stage = try await Stage([.text(Triage.wrong), .text(Triage.wrong), .text(Triage.wrong), .text(Triage.good), .text(Triage.good)])
        let request = Triage.request(cacheKey: "a")
        #expect(await stage.ask(request) == .failure(.invalidAnswer))
        #expect(await stage.ask(request) == .success(Triage.value))
        stage.time.advance(.seconds(86_399))
        #expect(await stage.ask(request) == .success(Triage.value))
        #expect(try await stage.requestCount == 4)
        stage.time.advance(.seconds(1))
        #expect(await stage.ask(request) == .success(Triage.value))
        #expect(try await stage.requestCount == 5)
    }

    @Test("a kept answer that newer rules refuse is asked for again")
    func newerRules() async throws {
        let stage = try await Stage([.text(Triage.good), .text(#"{"urgency":"high","number":1}"#)])
        let request = Triage.request(cacheKey: "a")
        _ = await stage.ask(request)
        let value = try await stage.client.answer(request) { text throws(InvalidAnswer) in
            let value = try Triage.check(text)
            guard value.urgency == "high" else { throw InvalidAnswer(reason: "too low") }
            return value
        }
        #expect(value.urgency == "high")
        #expect(await stage.ask(request) == .success(value))
        #expect(try await stage.requestCount == 2)
    }

    @Test("kept answers are given though the breaker is open or the budget used up; with 0 entries none is kept")
    func alwaysThere() async throws {
        let stage = try await Stage([.text(Triage.good), .failure(400)]) { $0.requestsPerDay = 1 }
        #expect(await stage.ask(Triage.request(cacheKey: "a")) == .success(Triage.value))
        #expect(await stage.ask(Triage.request(cacheKey: "b")) == .failure(.overBudget))
        #expect(await stage.ask(Triage.request(cacheKey: "a")) == .success(Triage.value))
        let without = try await Stage([.text(Triage.good), .text(Triage.good)]) { $0.cacheEntries = 0 }
        for _ in 0..<2 { #expect(await without.ask(Triage.request(cacheKey: "a")) == .success(Triage.value)) }
        #expect(try await without.requestCount == 2)
    }
}

/// Sebastiano Vigna's splitmix64.
private struct SeededGenerator: RandomNumberGenerator {
    var state: UInt64

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var mixed = state
        mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
        return mixed ^ (mixed >> 31)
    }
}
