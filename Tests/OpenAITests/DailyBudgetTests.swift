import Foundation
import Testing

@testable import OpenAI

@Suite struct DailyBudgetTests {
    private let evening = Date(timeIntervalSince1970: 86_400 * 20_000 - 1)

    @Test("requests are counted up to the limit, and anew from midnight UTC; a clock set back changes nothing")
    func requests() {
        var budget = DailyBudget(requests: 2, tokens: 100)
        let midnight = evening + 1
        let taken = [evening, evening, evening, midnight, midnight, midnight, evening].map { budget.takeRequest(at: $0) }
        #expect(taken == [true, true, false, true, true, false, false])
    }

    @Test("tokens are counted from answers, whatever numbers come", arguments: [
        ([(60, 39)], true), ([(60, 40)], false), ([(0, 100)], false), ([(-5, 100)], false), ([(100, -5)], false),
        ([(.max, .max), (.max, 1)], false),
        ([(50, 0), (49, 0), (0, 0)], true), ([(50, 0), (49, 0), (0, 1)], false),
    ] as [([(Int, Int)], Bool)])
    func tokens(usages: [(Int, Int)], isAllowed: Bool) {
        var budget = DailyBudget(requests: 10, tokens: 100)
        for usage in usages { budget.use(TokenUsage(input: usage.0, output: usage.1), at: evening) }
        let taken = [evening, evening + 1].map { budget.takeRequest(at: $0) }
        #expect(taken == [isAllowed, true])
    }

    @Test("0 allows none", arguments: [(0, 10), (10, 0)])
    func zero(requests: Int, tokens: Int) async throws {
        let stage = try await Stage([.text(Triage.good)]) { ($0.requestsPerDay, $0.tokensPerDay) = (requests, tokens) }
        #expect(await stage.ask() == .failure(.overBudget))
        #expect(try await stage.requestCount == 0)
    }

    @Test("retries and repairs count as requests, and the day after there are new ones")
    func clientRequests() async throws {
        let stage = try await Stage([.failure(500), .text("no"), .text(Triage.good), .text(Triage.good)]) { $0.requestsPerDay = 3 }
        #expect(await stage.ask() == .success(Triage.value))
        #expect(await stage.ask() == .failure(.overBudget))
        #expect(try await stage.requestCount == 3)
        stage.time.advance(.seconds(86_400))
        #expect(await stage.ask() == .success(Triage.value))
    }

    @Test("tokens of useless answers count, in both dialects, and are estimated where the server counts none", arguments: [
        (.responses, .text("no", usage: #"{"input_tokens":90,"output_tokens":10}"#)), (.responses, .text("no", usage: "null")),
        (.responses, ScriptedReply(body: #"{"status":"failed","usage":{"input_tokens":100}}"#)),
        (.chatCompletions, ScriptedReply(body: #"{"choices":[],"usage":{"prompt_tokens":1,"completion_tokens":99}}"#)),
    ] as [(OpenAIConfiguration.Endpoint, ScriptedReply)])
    func clientTokens(endpoint: OpenAIConfiguration.Endpoint, reply: ScriptedReply) async throws {
        let stage = try await Stage([reply, .text(Triage.good)]) { ($0.endpoint, $0.tokensPerDay) = (endpoint, 100) }
        _ = await stage.ask()
        #expect(await stage.ask() == .failure(.overBudget))
        #expect(try await stage.requestCount == 1)
    }

    @Test("a budget not yet used up lets the next call through")
    func remaining() async throws {
        let stage = try await Stage([.text(Triage.good), .text(Triage.good)]) { $0.tokensPerDay = 11 }
        #expect(await stage.ask() == .success(Triage.value))
        #expect(await stage.ask() == .success(Triage.value), "10 of 11 were used")
        #expect(await stage.ask() == .failure(.overBudget))
    }
}
