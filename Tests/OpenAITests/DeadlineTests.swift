import Foundation
import MetricsTestKit
import Testing

@testable import OpenAI

/// Over real time.
@Suite struct DeadlineTests {
    @Test("a slow answer ends the call at the deadline, be it the first, a retry or the repair", arguments: [
        [.text(Triage.good, delaySeconds: 3)],
        [.failure(500, headers: ["retry-after-ms": "300"]), .text(Triage.good, delaySeconds: 3)],
        [.text("no", delaySeconds: 0.3), .text(Triage.good, delaySeconds: 3)],
        [.text("no", delaySeconds: 0.5), .text(Triage.good, delaySeconds: 0.9)],
    ] as [[ScriptedReply]])
    func slow(replies: [ScriptedReply]) async throws {
        let stage = try await Stage(replies, surroundings: Surroundings(sleep: OwnThread.sleep), deadlineMilliseconds: 1_000)
        let (outcome, elapsed) = await OwnThread.measure { await stage.ask() }
        #expect(outcome == .failure(.timeout))
        #expect(elapsed >= .milliseconds(999) && elapsed < .milliseconds(1_500), "\(elapsed)")
        #expect(try await stage.requestCount == replies.count)
    }

    @Test("waiting for other calls counts")
    func queued() async throws {
        let replies = [ScriptedReply](repeating: .text(Triage.good, delaySeconds: 3), count: 2)
        let stage = try await Stage(replies, surroundings: Surroundings(), deadlineMilliseconds: 1_000) { $0.maximumConcurrentRequests = 1 }
        async let first = OwnThread.measure { await stage.ask() }
        async let second = OwnThread.measure { await stage.ask() }
        for (outcome, elapsed) in await [first, second] {
            #expect(outcome == .failure(.timeout) && elapsed < .milliseconds(1_500), "\(elapsed)")
        }
    }

    @Test("a call without time left sends nothing")
    func noTimeLeft() async throws {
        let stage = try await Stage([.text(Triage.wrong), .text(Triage.good)], deadlineMilliseconds: 10_000)
        let time = stage.time
        await #expect(throws: OpenAIError.timeout) {
            try await stage.client.answer(Triage.request()) { text throws(InvalidAnswer) in
                time.advance(.seconds(10))
                return try Triage.check(text)
            }
        }
        #expect(try await stage.requestCount == 1)
        #expect(stage.metrics.counters.filter { $0.label == "openai_requests_total" }.map(\.totalValue) == [1])
    }

    @Test("the cancelled task ends, while it waits for an answer and between retries, and says so", arguments: [
        ScriptedReply.text(Triage.good, delaySeconds: 20), .failure(500, headers: ["Retry-After": "20"]),
    ])
    func cancellation(reply: ScriptedReply) async throws {
        let replies = [reply, .text(Triage.good)]
        let stage = try await Stage(replies, surroundings: Surroundings(), deadlineMilliseconds: 30_000) { $0.breakerFailures = 1 }
        let task = Task { await stage.ask() }
        while try await stage.requestCount == 0 { try await Task.sleep(for: .milliseconds(20)) }
        try await Task.sleep(for: .milliseconds(100))
        task.cancel()
        #expect(await task.value == .failure(.cancelled))
        #expect(await stage.ask() == .success(Triage.value), "a cancelled call says nothing about the service")
    }
}
