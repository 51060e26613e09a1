import Foundation
import Logging
import Testing

@testable import OpenAI

/// The client against somebody else's server, over real time. One after the other, for the server has one script.
@Suite(.serialized, .enabled(if: LLMock.isInstalled, "llmock is missing: tools/setup --tests installs it"))
struct LLMockTests {
    private static let deadlineMilliseconds = 1_000
    private static let patience = Duration.milliseconds(1_500)

    struct Case: Sendable, CustomTestStringConvertible {
        let testDescription: String
        let behaviours: String
        let outcome: Result<Triage, OpenAIError>
        let attempts: Int
        var leastTime = Duration.zero
        /// What the server remarks on: stopping is right when the wait asked for exceeds the deadline.
        var remarks: [String] = []
    }

    /// What the server makes up from the schema: the first word of an enumeration, and 1.
    private static let madeUp = Result<Triage, OpenAIError>.success(Triage(urgency: "low", number: 1))

    private static let cases = [
        Case(testDescription: "nothing breaks", behaviours: "[]", outcome: madeUp, attempts: 1),
        Case(
            testDescription: "429 that asks for 300 ms", behaviours: #"[{"type":"fail","status":429,"retry_after":0.3}]"#,
            outcome: madeUp, attempts: 2, leastTime: .milliseconds(300)),
        Case(
            testDescription: "429 that asks for longer than is left", behaviours: #"[{"type":"fail","status":429,"retry_after":2}]"#,
            outcome: .failure(.unavailable(status: 429, retryAfterSeconds: 2)), attempts: 1, remarks: ["gave_up"]),
        Case(
            testDescription: "two 500", behaviours: #"[{"type":"fail","status":500,"times":2}]"#,
            outcome: madeUp, attempts: 3),
        Case(
            testDescription: "500 for ever", behaviours: #"[{"type":"fail","status":500,"times":null}]"#,
            outcome: .failure(.unavailable(status: 500, retryAfterSeconds: nil)), attempts: 3),
        Case(
            testDescription: "401", behaviours: #"[{"type":"fail","status":401,"times":null}]"#,
            outcome: .failure(.rejected(status: 401, code: "invalid_api_key")), attempts: 1),
        Case(
            testDescription: "an answer after the deadline", behaviours: #"[{"type":"delay","seconds":1.7}]"#,
            outcome: .failure(.timeout), attempts: 1, leastTime: .milliseconds(999)),
        Case(
            testDescription: "500, then an answer after the deadline",
            behaviours: #"[{"type":"fail","status":500},{"type":"delay","seconds":1.7}]"#,
            outcome: .failure(.timeout), attempts: 2, leastTime: .milliseconds(999)),
        Case(
            testDescription: "no JSON, then JSON", behaviours: #"[{"type":"reply","text":"{\"urgency\": \"lo"}]"#,
            outcome: madeUp, attempts: 2),
        Case(
            testDescription: "no JSON, twice", behaviours: #"[{"type":"reply","text":"Sorry!","times":null}]"#,
            outcome: .failure(.invalidAnswer), attempts: 2),
        Case(
            testDescription: "nonsense that fits the schema, then sense",
            behaviours: #"[{"type":"reply","text":"{\"urgency\":\"low\",\"number\":77}"}]"#, outcome: madeUp, attempts: 2),
        Case(
            testDescription: "nonsense that fits the schema, twice",
            behaviours: #"[{"type":"reply","text":"{\"urgency\":\"low\",\"number\":77}","times":2}]"#,
            outcome: .failure(.invalidAnswer), attempts: 2),
        Case(
            testDescription: "cut off", behaviours: #"[{"type":"reply","text":"{\"urgency\":\"low\"}","finish_reason":"length"}]"#,
            outcome: .failure(.truncated), attempts: 1),
    ]

    @Test(
        "each fault ends, within the deadline, in an answer or its error, and the server finds no fault with the client",
        arguments: cases, OpenAIConfiguration.Endpoint.allCases)
    func fault(_ fault: Case, endpoint: OpenAIConfiguration.Endpoint) async throws {
        let server = try await LLMock.shared.value
        try await server.begin(fault.behaviours)
        let configuration = OpenAIConfiguration(
            baseURL: server.url + "/v1", model: "model-1", endpoint: endpoint, deadlineMilliseconds: Self.deadlineMilliseconds)
        // No chance: the server takes two pauses of equal length for a lack of back-off.
        let surroundings = Surroundings(sleep: OwnThread.sleep, random: { 0.5 })
        let client = OpenAIClient(
            configuration, logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }, metrics: OpenAIMetrics(),
            surroundings: surroundings)
        let (outcome, elapsed) = await OwnThread.measure { () -> Result<Triage, OpenAIError> in
            do throws(OpenAIError) {
                return .success(try await client.answer(Triage.request(), validate: Triage.check))
            } catch {
                return .failure(error)
            }
        }
        #expect(outcome == fault.outcome)
        #expect(elapsed >= fault.leastTime && elapsed < Self.patience, "\(elapsed)")
        let verdict = try await server.verdict()
        #expect(verdict.passed && verdict.attempts == fault.attempts)
        #expect(verdict.findings.map(\.code) == fault.remarks)
    }
}
