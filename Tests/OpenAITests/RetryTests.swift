import Foundation
import Testing

@testable import OpenAI

/// What is sent again, after which pause, and when to stop.
@Suite struct RetryTests {
    private static func unavailable(_ status: Int?, _ seconds: Double? = nil) -> Result<Triage, OpenAIError> {
        .failure(.unavailable(status: status, retryAfterSeconds: seconds))
    }

    private static let passing: [ScriptedReply] =
        [408, 409, 429, 500, 502, 503, 504].map { .failure($0) } + [.lostConnection]

    @Test("passing faults are retried twice, after chance pauses below 200 and 400 ms", arguments: passing)
    func passingFaults(fault: ScriptedReply) async throws {
        let stage = try await Stage([fault, fault, .text(Triage.good)])
        #expect(await stage.ask() == .success(Triage.value))
        #expect(stage.time.pauses == [.milliseconds(100), .milliseconds(200)])
        let requests = try await stage.scene.requests
        #expect(requests.count == 3 && requests.allSatisfy { $0.body == requests[0].body })
    }

    @Test("a third failure is an error; there is no fourth request", arguments: passing)
    func exhausted(fault: ScriptedReply) async throws {
        let stage = try await Stage([fault, fault, fault, .text(Triage.good)])
        #expect(await stage.ask() == Self.unavailable(fault.status == 0 ? nil : fault.status))
        #expect(try await stage.requestCount == 3)
    }

    @Test("a request the service will not take is never sent again", arguments: [302, 400, 401, 403, 404, 418, 422])
    func rejected(status: Int) async throws {
        let stage = try await Stage([.failure(status, headers: ["x-should-retry": "true"]), .text(Triage.good)])
        #expect(await stage.ask() == .failure(.rejected(status: status, code: "made_up")))
        #expect(try await stage.requestCount == 1)
    }

    @Test("an account without credit is an error of its own")
    func quota() async throws {
        let stage = try await Stage([.failure(429, code: "insufficient_quota"), .text(Triage.good)])
        #expect(await stage.ask() == .failure(.quotaExhausted))
        #expect(try await stage.requestCount == 1 && stage.log.lines.first?.hasPrefix("error ") == true)
    }

    @Test("x-should-retry is obeyed among passing faults and the service's own", arguments: [
        (503, "false", 1), (429, "false", 1), (529, "true", 2), (501, "", 1), (502, "", 2),
    ])
    func shouldRetry(status: Int, value: String, count: Int) async throws {
        let stage = try await Stage([.failure(status, headers: ["x-should-retry": value]), .text(Triage.good)])
        #expect(await stage.ask() == (count == 1 ? Self.unavailable(status) : .success(Triage.value)))
        #expect(try await stage.requestCount == count)
    }

    @Test("the service's wait is kept exactly: milliseconds before seconds, seconds or a date", arguments: [
        (["retry-after-ms": "1234", "retry-after": "9"], .milliseconds(1234)), (["Retry-After": "3"], .seconds(3)),
        (["Retry-After": "0.5"], .milliseconds(500)), (["Retry-After-Ms": "soon", "Retry-After": "2"], .seconds(2)),
        (["Retry-After": "Fri, 15 Jan 2027 08:00:05 GMT"], .seconds(5)),
        (["Retry-After": "Friday, 15-Jan-27 08:00:05 GMT"], .seconds(5)), (["Retry-After": "Fri Jan 15 08:00:05 2027"], .seconds(5)),
        (["Retry-After": "Fri, 15 Jan 2027 07:59:00 GMT"], .milliseconds(100)), (["Retry-After": "0"], .milliseconds(100)),
        (["Retry-After": "-5"], .milliseconds(100)), (["Retry-After": "nan"], .milliseconds(100)),
        (["Retry-After": "tomorrow"], .milliseconds(100)),
    ] as [([String: String], Duration)])
    func asked(headers: [String: String], pause: Duration) async throws {
        let stage = try await Stage([.failure(429, headers: headers), .text(Triage.good)])
        #expect(await stage.ask() == .success(Triage.value))
        #expect(stage.time.pauses == [pause])
    }

    @Test("a wait that does not fit in the deadline ends the call at once", arguments: [
        (["retry-after-ms": "2000"], 2), (["Retry-After": "2"], 2), (["Retry-After": "1e300"], 86_400),
        (["Retry-After": "inf"], 86_400),
    ] as [([String: String], Double)])
    func doesNotFit(headers: [String: String], seconds: Double) async throws {
        let stage = try await Stage([.failure(503, headers: headers), .text(Triage.good)], deadlineMilliseconds: 2_000)
        #expect(await stage.ask() == Self.unavailable(503, seconds))
        #expect(try await stage.requestCount == 1 && stage.time.pauses.isEmpty)
    }

    @Test("a chance pause that does not fit ends the call too")
    func backoffDoesNotFit() async throws {
        // Many times what chance can be, so that the requests themselves have seconds.
        var surroundings = TestTime().surroundings
        surroundings.random = { 40 }
        let replies: [ScriptedReply] = [.failure(500), .failure(500), .text(Triage.good)]
        let stage = try await Stage(replies, surroundings: surroundings, deadlineMilliseconds: 5_900)
        #expect(await stage.ask() == Self.unavailable(500))
        #expect(try await stage.requestCount == 2)
    }

    @Test("a call and its repair have two retries together")
    func repairShares() async throws {
        let stage = try await Stage([.failure(500), .text("no"), .failure(500), .failure(500), .text(Triage.good)])
        #expect(await stage.ask() == Self.unavailable(500))
        #expect(try await stage.requestCount == 4)
    }

    @Test("a service that cannot be reached is tried three times, a bad address once", arguments: [
        ("http://127.0.0.1:1", 2), ("gopher://127.0.0.1", 0),
    ])
    func unreachable(url: String, retries: Int) async throws {
        let stage = try await Stage([]) { $0.baseURL = url }
        #expect(await stage.ask() == Self.unavailable(nil))
        #expect(stage.time.pauses.count == retries)
    }
}
