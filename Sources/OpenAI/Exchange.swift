import CurlClient
import Foundation
import Synchronization

/// Sends requests to the service: within the deadline and the budget, again where that may help.
final class Exchange: Sendable {
    /// What one call has left, its repair included.
    struct Allowance {
        let deadline: ContinuousClock.Instant
        var retries = 2
        /// HTTP requests sent.
        var sent = 0
        /// The service's name for the last request, for its support.
        var requestID: String?
    }

    private enum Attempt {
        case answered(String)
        case failed(OpenAIError, pause: Duration?)
    }

    private let configuration: OpenAIConfiguration
    private let url: String
    private let http: CurlClient
    private let budget: Mutex<DailyBudget>
    private let metrics: OpenAIMetrics
    private let surroundings: Surroundings

    private static let firstPauseMilliseconds = 200.0
    /// Many times what an answer needs.
    private static let maximumResponseBytes = 1_000_000
    /// libcurl's codes for name not found, no connection, partial answer, TLS handshake failed, nothing answered, sending
    /// or receiving failed, and two of HTTP/2. Those left over are faults of ours or of the answer.
    private static let lostConnection: Set<Int> = [6, 7, 16, 18, 35, 52, 55, 56, 92]
    private static let tooLarge = 63

    init(_ configuration: OpenAIConfiguration, metrics: OpenAIMetrics, surroundings: Surroundings) {
        self.configuration = configuration
        self.metrics = metrics
        self.surroundings = surroundings
        let base = configuration.baseURL
        url = base + (base.hasSuffix("/") ? "" : "/") + configuration.endpoint.rawValue
        http = CurlClient(maximumConcurrentRequests: configuration.maximumConcurrentRequests)
        budget = Mutex(DailyBudget(requests: configuration.requestsPerDay, tokens: configuration.tokensPerDay))
    }

    /// The model's text.
    func text(for conversation: Conversation, _ allowance: inout Allowance) async throws(OpenAIError) -> String {
        let body = conversation.body(configuration)
        var ceilingMilliseconds = Self.firstPauseMilliseconds
        while true {
            switch try await attempt(body, &allowance) {
            case .answered(let text): return text
            case .failed(let error, let asked):
                // Apart enough for a herd, and always longer than the pause before.
                let pause = asked ?? .milliseconds((0.375 + surroundings.random() / 4) * ceilingMilliseconds)
                guard allowance.retries > 0, surroundings.now() + pause < allowance.deadline else { throw error }
                do { try await surroundings.sleep(pause) } catch { throw .cancelled }
                allowance.retries -= 1
                ceilingMilliseconds *= 2
            }
        }
    }

    private func attempt(_ body: [UInt8], _ allowance: inout Allowance) async throws(OpenAIError) -> Attempt {
        let remaining = allowance.deadline - surroundings.now()
        guard remaining > .zero else { throw .timeout }
        guard budget.withLock({ $0.takeRequest(at: surroundings.date()) }) else { throw .overBudget }
        allowance.sent += 1
        do {
            let response = try await http.send(request(body, within: remaining))
            metrics.sent(String(response.status))
            allowance.requestID = PlainName.plain(response.header("x-request-id"))
            return try read(response, sentBytes: body.count)
        } catch let error as CurlError {
            metrics.sent(error.isTimeout ? "timeout" : "no_answer")
            return try Self.judge(error)
        } catch let error as OpenAIError {
            throw error
        } catch {
            throw .cancelled
        }
    }

    private func request(_ body: [UInt8], within remaining: Duration) -> CurlRequest {
        var headers = [("Content-Type", "application/json"), ("Accept", "application/json")]
        if let key = configuration.apiKey { headers.append(("Authorization", "Bearer \(key)")) }
        return CurlRequest(
            method: "POST", url: url, headers: headers, body: body,
            deadlineMilliseconds: Int((remaining / .milliseconds(1)).rounded(.up)), maximumResponseBytes: Self.maximumResponseBytes)
    }

    private func read(_ response: CurlResponse, sentBytes: Int) throws(OpenAIError) -> Attempt {
        guard (200..<300).contains(response.status) else {
            let advice = RetryAdvice(response, at: surroundings.date())
            guard advice.isRetryable else { throw advice.error }
            return .failed(advice.error, pause: advice.pause)
        }
        let reply = ModelReply(response.body, from: configuration.endpoint)
        let usage = reply.usage ?? TokenUsage(estimatedFromSentBytes: sentBytes, receivedBytes: response.body.count)
        budget.withLock { $0.use(usage, at: surroundings.date()) }
        metrics.used(usage)
        return .answered(try reply.text.get())
    }

    private static func judge(_ error: CurlError) throws(OpenAIError) -> Attempt {
        if error.isTimeout { throw .timeout }
        if error.code == tooLarge { throw .malformedResponse }
        let unavailable = OpenAIError.unavailable(status: nil, retryAfterSeconds: nil)
        guard lostConnection.contains(error.code) else { throw unavailable }
        return .failed(unavailable, pause: nil)
    }
}
