import Logging
import Synchronization

/// Asks a language model for answers of a given shape, over OpenAI's HTTP API or a server that speaks it.
///
/// Every call ends within its deadline, with an answer that passed the caller's check or with an error: never with a part
/// of an answer. Texts, keys and bodies are neither logged nor counted.
public final class OpenAIClient: Sendable {
    private let configuration: OpenAIConfiguration
    private let exchange: Exchange
    private let breaker: Mutex<CircuitBreaker>
    private let cache: Mutex<AnswerCache>
    private let metrics: OpenAIMetrics
    private let surroundings: Surroundings
    private let logger: Logger

    /// One for the process: budget, breaker and cached answers are its own. Values of `configuration` outside their ranges stop
    /// the program.
    public convenience init(configuration: OpenAIConfiguration, logger: Logger) {
        self.init(configuration, logger: logger, metrics: OpenAIMetrics(), surroundings: Surroundings())
    }

    init(_ configuration: OpenAIConfiguration, logger: Logger, metrics: OpenAIMetrics, surroundings: Surroundings) {
        configuration.requireSense()
        self.configuration = configuration
        self.logger = logger
        self.metrics = metrics
        self.surroundings = surroundings
        exchange = Exchange(configuration, metrics: metrics, surroundings: surroundings)
        let openDuration = Duration.seconds(configuration.breakerOpenSeconds)
        breaker = Mutex(CircuitBreaker(maximumFailures: configuration.breakerFailures, openDuration: openDuration))
        cache = Mutex(AnswerCache(maximumEntries: configuration.cacheEntries, lifetime: .seconds(configuration.cacheSeconds)))
    }

    /// Asks once, and once more when the first answer breaks a rule.
    /// - Parameter validate: checks and reads the model's text, which is one JSON object. Also run on an answer from the
    ///   cache. What it takes comes on top of the deadline.
    public func answer<Value: Sendable>(
        _ request: StructuredRequest,
        validate: @Sendable (String) throws(InvalidAnswer) -> Value
    ) async throws(OpenAIError) -> Value {
        let start = surroundings.now()
        let key = request.cacheKey.map { key in
            AnswerCache.Key(
                model: configuration.model, schemaName: request.schema.name, schemaVersion: request.schema.version, cacheKey: key)
        }
        if let key, let value = kept(key, validate) {
            metrics.ended("cached", elapsed: nil)
            return value
        }
        guard let permit = enter() else {
            metrics.ended(OpenAIError.breakerOpen.label, elapsed: nil)
            throw .breakerOpen
        }
        var allowance = Exchange.Allowance(deadline: start + .milliseconds(configuration.deadlineMilliseconds))
        do throws(OpenAIError) {
            let (text, value) = try await ask(request, &allowance, validate)
            leave(permit, .success)
            metrics.ended("answered", elapsed: surroundings.now() - start)
            if let key { cache.withLock { $0.keep(text, for: key, at: surroundings.now()) } }
            return value
        } catch {
            leave(permit, error.breakerOutcome)
            metrics.ended(error.label, elapsed: surroundings.now() - start)
            log(error, allowance)
            throw error
        }
    }

    private func ask<Value: Sendable>(
        _ request: StructuredRequest, _ allowance: inout Exchange.Allowance,
        _ validate: @Sendable (String) throws(InvalidAnswer) -> Value
    ) async throws(OpenAIError) -> (text: String, value: Value) {
        var conversation = Conversation(request)
        let first = try await exchange.text(for: conversation, &allowance)
        do throws(InvalidAnswer) {
            return (first, try Self.check(first, validate))
        } catch {
            conversation.correct(first, error)
        }
        metrics.repaired()
        let second = try await exchange.text(for: conversation, &allowance)
        do throws(InvalidAnswer) {
            return (second, try Self.check(second, validate))
        } catch {
            throw .invalidAnswer
        }
    }

    private static func check<Value>(
        _ text: String, _ validate: (String) throws(InvalidAnswer) -> Value
    ) throws(InvalidAnswer) -> Value {
        guard JSONText.isObject(text) else { throw InvalidAnswer(reason: "it is not one JSON object") }
        return try validate(text)
    }

    /// Nil too when the caller's rules no longer allow the answer kept; the next one takes its place.
    private func kept<Value>(_ key: AnswerCache.Key, _ validate: (String) throws(InvalidAnswer) -> Value) -> Value? {
        let text = cache.withLock { $0.answer(for: key, at: surroundings.now()) }
        let value = text.flatMap { try? validate($0) }
        metrics.lookedUp(isHit: value != nil)
        return value
    }
}

extension OpenAIClient {
    private func enter() -> CircuitBreaker.Permit? {
        let (permit, state) = breaker.withLock { ($0.enter(at: surroundings.now()), $0.state) }
        metrics.breaker(state)
        return permit
    }

    private func leave(_ permit: CircuitBreaker.Permit, _ outcome: CircuitBreaker.Outcome) {
        let (before, state) = breaker.withLock { breaker in
            let before = breaker.state
            breaker.leave(permit, outcome, at: surroundings.now())
            return (before, breaker.state)
        }
        metrics.breaker(state)
        guard before != state else { return }
        logger.notice("the model's circuit breaker is \(state == .closed ? "closed" : "open")")
    }

    private func log(_ error: OpenAIError, _ allowance: Exchange.Allowance) {
        guard error != .cancelled, error != .overBudget else { return }
        var metadata: Logger.Metadata = ["error": "\(error)", "requests": "\(allowance.sent)"]
        if let id = allowance.requestID { metadata["request_id"] = "\(id)" }
        logger.log(level: error == .quotaExhausted ? .error : .warning, "the model gave no answer", metadata: metadata)
    }
}
