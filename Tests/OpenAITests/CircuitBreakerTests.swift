import Testing

@testable import OpenAI

@Suite struct CircuitBreakerTests {
    private let start = ContinuousClock.now

    private func opened(pause: Duration? = nil) throws -> CircuitBreaker {
        var breaker = CircuitBreaker(maximumFailures: 3, openDuration: .seconds(30))
        for _ in 0..<3 { breaker.leave(try breaker.permit(at: start), .failure(pause: pause), at: start) }
        return breaker
    }

    @Test("it opens after failures in a row, for its time or a longer one the service asks for, an hour at most", arguments: [
        (nil, 30), (.seconds(5), 30), (.seconds(90), 90), (.seconds(80_000), 3_600),
    ] as [(Duration?, Int)])
    func opens(pause: Duration?, seconds: Int) throws {
        let breaker = try opened(pause: pause)
        #expect(breaker.state == .open(until: start + .seconds(seconds)))
        #expect(!breaker.lets(at: start + .milliseconds(seconds * 1000 - 1)))
        #expect(breaker.lets(at: start + .seconds(seconds)))
    }

    @Test("a success between failures starts the count anew")
    func resets() throws {
        var breaker = CircuitBreaker(maximumFailures: 3, openDuration: .seconds(30))
        let outcomes: [CircuitBreaker.Outcome] = [
            .failure(pause: nil), .failure(pause: nil), .success, .failure(pause: nil), .nothing, .failure(pause: nil),
        ]
        for outcome in outcomes { breaker.leave(try breaker.permit(at: start), outcome, at: start) }
        #expect(breaker.state == .closed)
    }

    @Test("one probe goes through at a time; its success closes, its failure opens again")
    func probes() throws {
        var breaker = try opened()
        let later = start + .seconds(30)
        let first = try breaker.permit(at: later)
        #expect(!breaker.lets(at: later))
        breaker.leave(first, .failure(pause: nil), at: later)
        #expect(breaker.state == .open(until: later + .seconds(30)))
        let second = try breaker.permit(at: later + .seconds(30))
        breaker.leave(second, .success, at: later)
        #expect(breaker.state == .closed && breaker.lets(at: later))
    }

    @Test("a probe that says nothing lets the next one through")
    func silentProbe() throws {
        var breaker = try opened()
        let later = start + .seconds(30)
        breaker.leave(try breaker.permit(at: later), .nothing, at: later)
        #expect(breaker.lets(at: later))
    }

    @Test("calls from before it opened neither close it nor stand for the probe")
    func latecomers() throws {
        var breaker = CircuitBreaker(maximumFailures: 1, openDuration: .seconds(30))
        let slow = try breaker.permit(at: start)
        let slower = try breaker.permit(at: start)
        breaker.leave(try breaker.permit(at: start), .failure(pause: nil), at: start)
        breaker.leave(slow, .success, at: start)
        #expect(breaker.state == .open(until: start + .seconds(30)))
        _ = try breaker.permit(at: start + .seconds(30))
        breaker.leave(slower, .success, at: start + .seconds(31))
        #expect(breaker.state == .probing)
    }

    @Test("a client whose service fails stops asking, then tries once, then goes on")
    func client() async throws {
        let fault = ScriptedReply.failure(500, headers: ["x-should-retry": "false"])
        let faults = [ScriptedReply](repeating: fault, count: 4)
        let stage = try await Stage(faults + [.text(Triage.good), .text(Triage.good)]) { $0.breakerFailures = 3 }
        for _ in 0..<3 { #expect(await stage.ask() == .failure(.unavailable(status: 500, retryAfterSeconds: nil))) }
        for _ in 0..<5 { #expect(await stage.ask() == .failure(.breakerOpen)) }
        #expect(try await stage.requestCount == 3)
        stage.time.advance(.seconds(30))
        #expect(await stage.ask() == .failure(.unavailable(status: 500, retryAfterSeconds: nil)))
        #expect(await stage.ask() == .failure(.breakerOpen))
        stage.time.advance(.seconds(30))
        #expect(await stage.ask() == .success(Triage.value))
        #expect(await stage.ask() == .success(Triage.value))
        #expect(try await stage.requestCount == 6)
    }

    @Test("timeouts, unusable answers and a refused key count as failures; a longer Retry-After keeps it open", arguments: [
        (.text(Triage.good, delaySeconds: 3), 30), (ScriptedReply(body: "<html>"), 30), (.failure(401), 30), (.failure(403), 30), (.failure(404), 30),
        (.failure(429, code: "insufficient_quota"), 30), (ScriptedReply(body: #"{"status":"failed"}"#), 30),
        (.failure(503, headers: ["Retry-After": "120"]), 120),
    ] as [(ScriptedReply, Int)])
    func failures(fault: ScriptedReply, seconds: Int) async throws {
        let stage = try await Stage([fault, .text(Triage.good)], deadlineMilliseconds: 1_500) { $0.breakerFailures = 1 }
        _ = await stage.ask()
        stage.time.advance(.seconds(seconds) - .milliseconds(1))
        #expect(await stage.ask() == .failure(.breakerOpen))
        stage.time.advance(.milliseconds(1))
        _ = await stage.ask()
        #expect(try await stage.requestCount == 2)
    }

    @Test("a service that answers, though not to our liking, is not down", arguments: [
        .failure(400), .failure(422), .text("no"),
        ScriptedReply(body: #"{"status":"incomplete","incomplete_details":{"reason":"content_filter"}}"#),
    ] as [ScriptedReply])
    func noFailures(reply: ScriptedReply) async throws {
        let stage = try await Stage([reply, reply, reply]) { $0.breakerFailures = 1 }
        guard case .failure(let first) = await stage.ask() else { return #expect(Bool(false), "an answer") }
        guard case .failure(let second) = await stage.ask() else { return #expect(Bool(false), "an answer") }
        #expect(first != .breakerOpen && second != .breakerOpen)
    }
}

extension CircuitBreaker {
    fileprivate mutating func permit(at now: Instant) throws -> Permit {
        let permit = enter(at: now)
        return try #require(permit)
    }

    /// Asked of a copy.
    fileprivate func lets(at now: Instant) -> Bool {
        var breaker = self
        return breaker.enter(at: now) != nil
    }
}
