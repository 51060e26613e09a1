import Foundation
import Logging
import MetricsTestKit
import Synchronization

@testable import OpenAI

/// An answer with one rule of its own: the number is at most 9.
struct Triage: Decodable, Equatable, Sendable {
    var urgency: String
    var number: Int

    static let schema = AnswerSchema(name: "triage", version: "1", json: schemaJSON)
    static let schemaJSON = """
        {"type":"object","properties":{"urgency":{"type":"string","enum":["low","high"]},"number":{"type":"integer"}},\
        "required":["urgency","number"],"additionalProperties":false}
        """
    static let good = #"{"urgency":"low","number":7}"#
    static let wrong = #"{"urgency":"low","number":77}"#
    static let value = Triage(urgency: "low", number: 7)

    static func request(_ input: String = "headache", cacheKey: String? = nil) -> StructuredRequest {
        StructuredRequest(instructions: "Classify.", input: input, schema: schema, cacheKey: cacheKey)
    }

    static func check(_ text: String) throws(InvalidAnswer) -> Triage {
        let value = try? JSONDecoder().decode(Triage.self, from: Data(text.utf8))
        guard let value else { throw InvalidAnswer(reason: "fields differ") }
        guard value.number <= 9 else { throw InvalidAnswer(reason: "number is above 9") }
        return value
    }
}

/// Time that passes only when somebody sleeps or a test says so.
final class TestTime: Sendable {
    private struct State {
        var elapsed = Duration.zero
        var pauses: [Duration] = []
    }
    private let start = ContinuousClock.now
    private let state = Mutex(State())

    static let date = Date(timeIntervalSince1970: 1_800_000_000)

    /// What was slept, in order.
    var pauses: [Duration] { state.withLock { $0.pauses } }

    func advance(_ duration: Duration) { state.withLock { $0.elapsed += duration } }

    /// `random` is half of what it can be.
    var surroundings: Surroundings {
        Surroundings(
            now: { self.start + self.state.withLock { $0.elapsed } },
            date: { Self.date + self.state.withLock { $0.elapsed } / .seconds(1) },
            sleep: { pause in
                self.state.withLock { state in
                    state.elapsed += pause
                    state.pauses.append(pause)
                }
            },
            random: { 0.5 })
    }
}

/// A client of a scene at the peer.
struct Stage: Sendable {
    let scene: ScriptedPeer.Scene
    let client: OpenAIClient
    let metrics = TestMetrics()
    let log = LogLines()
    let time = TestTime()

    /// - Parameter surroundings: by default time stands still but for the pauses of the client, and none is waited for.
    init(
        _ replies: [ScriptedReply], surroundings: Surroundings? = nil, deadlineMilliseconds: Int = 20_000,
        configure: (inout OpenAIConfiguration) -> Void = { _ in }
    ) async throws {
        scene = try await ScriptedPeer.shared.get().scene(replies)
        var configuration = OpenAIConfiguration(
            baseURL: scene.url, apiKey: "sk-secret", model: "model-1", deadlineMilliseconds: deadlineMilliseconds)
        configure(&configuration)
        let log = log
        client = OpenAIClient(
            configuration, logger: Logger(label: "test") { _ in log }, metrics: OpenAIMetrics(factory: metrics),
            surroundings: surroundings ?? time.surroundings)
    }

    func ask(_ request: StructuredRequest = Triage.request()) async -> Result<Triage, OpenAIError> {
        do throws(OpenAIError) {
            return .success(try await client.answer(request, validate: Triage.check))
        } catch {
            return .failure(error)
        }
    }

    var requestCount: Int { get async throws { try await scene.requests.count } }
}

/// Every line that is logged at any level.
final class LogLines: LogHandler, Sendable {
    private let kept = Mutex<[String]>([])

    var lines: [String] { kept.withLock { $0 } }
    var metadata: Logger.Metadata { get { [:] } set {} }
    var logLevel: Logger.Level { get { .trace } set {} }
    subscript(metadataKey _: String) -> Logger.Metadata.Value? { get { nil } set {} }

    func log(event: LogEvent) {
        kept.withLock { $0.append("\(event.level) \(event.message) \(event.metadata ?? [:])") }
    }
}
