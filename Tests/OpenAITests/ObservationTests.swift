import MetricsTestKit
import Testing

@testable import OpenAI

/// What an operator sees, and what nobody sees.
@Suite struct ObservationTests {
    private func total(_ stage: Stage, _ label: String, _ dimensions: [(String, String)] = []) throws -> Int64 {
        try stage.metrics.expectCounter(label, dimensions).totalValue
    }

    @Test("calls, requests, tokens, look-ups, repairs, durations and the breaker are reported")
    func metrics() async throws {
        let replies: [ScriptedReply] = [.lostConnection, .text("no"), .failure(503), .text(Triage.good), .failure(400), .failure(401)]
        let stage = try await Stage(replies) { $0.breakerFailures = 1 }
        for key in ["a", "a", "b", "c", "d"] { _ = await stage.ask(Triage.request(cacheKey: key)) }
        for (outcome, count) in [("answered", 1), ("cached", 1), ("rejected", 2), ("breaker_open", 1)] as [(String, Int64)] {
            #expect(try total(stage, "openai_calls_total", [("outcome", outcome)]) == count, "\(outcome)")
        }
        for (result, count) in [("200", 2), ("503", 1), ("no_answer", 1), ("400", 1), ("401", 1)] as [(String, Int64)] {
            #expect(try total(stage, "openai_requests_total", [("result", result)]) == count, "\(result)")
        }
        #expect(try total(stage, "openai_tokens_total", [("kind", "input")]) == 14)
        #expect(try total(stage, "openai_tokens_total", [("kind", "output")]) == 6)
        #expect(try total(stage, "openai_cache_lookups_total", [("result", "hit")]) == 1)
        #expect(try total(stage, "openai_cache_lookups_total", [("result", "miss")]) == 4)
        #expect(try total(stage, "openai_repairs_total") == 1)
        #expect(try stage.metrics.expectTimer("openai_call_duration_seconds").values == [200_000_000, 0, 0])
        #expect(try stage.metrics.expectGauge("openai_breaker_state").lastValue == 2)
        stage.time.advance(.seconds(30))
        _ = await stage.ask()
        #expect(try stage.metrics.expectGauge("openai_breaker_state").values.suffix(2) == [1, 0])
    }

    @Test("no log line and no label holds a text, a key or a body")
    func privacy() async throws {
        let secretHeaders = ["x-request-id": "secret said", "retry-after-ms": "1"]
        let stage = try await Stage([
            .text(#"{"secret":"secret"}"#), .text("secret"), .failure(400, code: "secret words"), .failure(500, headers: secretHeaders),
            .failure(401, headers: ["x-request-id": "req_7"]), ScriptedReply(body: "secret"), .lostConnection, .text(Triage.good),
        ]) { $0.breakerFailures = 2 }
        let request = StructuredRequest(instructions: "secret", input: "secret", schema: Triage.schema, cacheKey: "secret")
        for _ in 0..<5 { _ = await stage.ask(request) }
        stage.time.advance(.seconds(30))
        #expect(await stage.ask(request) == .success(Triage.value))
        let lines = stage.log.lines
        #expect(lines.count == 6, "four failures, the breaker open and closed: \(lines)")
        #expect(lines.contains { $0.contains("req_7") && $0.contains("401") })
        let labels = stage.metrics.counters.flatMap { [$0.label] + $0.dimensions.flatMap { [$0.0, $0.1] } }
        #expect(labels.count > 10)
        for text in lines + labels { #expect(!text.contains("secret"), "\(text)") }
    }
}
