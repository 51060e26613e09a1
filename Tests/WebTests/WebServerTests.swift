import Foundation
import Hummingbird
import Logging
import ServiceLifecycle
import Testing

@testable import Web

/// The real server on a real socket, against callers that do not behave.
@Suite struct WebServerTests {
    /// Runs a server with short limits, talks to it from a thread, shuts it down gracefully.
    static func talk<Result: Sendable>(
        requestTimeout: Duration = .seconds(20),
        _ talk: @escaping @Sendable (_ port: Int) throws -> Result
    ) async throws -> Result {
        let pages = try PageRenderer(site: SiteInformation(isSampleData: true))
        let router = Router.web(
            pages: pages, access: ["GET /v1/echo": .everybody, "GET /v1/slow": .everybody, "POST /v1/form": .everybody])
        router.get("/v1/echo") { request, _ in String(request.uri.query?.utf8.count ?? 0) }
        router.get("/v1/slow") { _, _ in
            try await Task.sleep(for: .seconds(3))
            return "late"
        }
        router.post("/v1/form") { request, context in
            var parameters = try await RequestParameters(form: request, context: context)
            let name = parameters.string("name", maxBytes: 100)
            try parameters.finish()
            return "name is \(name ?? "")"
        }
        let (ports, continuation) = AsyncStream<Int>.makeStream()
        let server = WebServer(
            router: router,
            configuration: WebServerConfiguration(port: 0, requestTimeout: requestTimeout),
            logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() },
            onListening: { continuation.yield($0) }
        )
        let group = ServiceGroup(services: [server], logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() })
        return try await withThrowingTaskGroup(of: Void.self) { tasks in
            tasks.addTask { try await group.run() }
            var iterator = ports.makeAsyncIterator()
            let port = try #require(await iterator.next())
            let result = try await withCheckedThrowingContinuation { continuation in
                Thread { continuation.resume(with: .init { try talk(port) }) }.start()
            }
            await group.triggerGracefulShutdown()
            try await tasks.waitForAll()
            return result
        }
    }

    /// What one connection answers to some bytes.
    static func answer(to text: String, finishes: Bool = false, requestTimeout: Duration = .seconds(20)) async throws -> (text: String, end: RawClient.End) {
        try await talk(requestTimeout: requestTimeout) { port in
            let client = try RawClient(port: port)
            client.send(text)
            if finishes { client.finishSending() }
            return client.receiveAll()
        }
    }

    static func expectProblem(_ answer: (text: String, end: RawClient.End), _ status: Int, _ code: String, _ location: SourceLocation = #_sourceLocation) {
        #expect(answer.text.hasPrefix("HTTP/1.1 \(status) "), "\(answer.text.prefix(200))", sourceLocation: location)
        #expect(answer.text.contains("content-type: application/problem+json") || answer.text.contains("Content-Type: application/problem+json"), sourceLocation: location)
        #expect(answer.text.contains("\"code\":\"\(code)\""), "\(answer.text)", sourceLocation: location)
        #expect(answer.text.lowercased().contains("x-request-id: "), sourceLocation: location)
        #expect(answer.text.components(separatedBy: "HTTP/1.1 ").count == 2, "one answer: \(answer.text)", sourceLocation: location)
        #expect(answer.end == .closed, sourceLocation: location)
    }

    @Test("A query of 1 MB is a 414 problem, not a dropped connection")
    func hugeAddress() async throws {
        let query = String(repeating: "q", count: 1 << 20)
        Self.expectProblem(try await Self.answer(to: "GET /v1/echo?\(query) HTTP/1.1\r\nHost: a\r\n\r\n"), 414, "request.address_too_long")
    }

    @Test("An address just below the limit is served")
    func longAddress() async throws {
        let query = String(repeating: "q", count: 15_000)
        let answer = try await Self.answer(to: "GET /v1/echo?\(query) HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n")
        #expect(answer.text.hasPrefix("HTTP/1.1 200 ") && answer.text.hasSuffix("\r\n\r\n15000"))
    }

    @Test("Headers over 16 KiB, in one or in many, are a 431 problem", arguments: [1, 50, 150])
    func hugeHeaders(count: Int) async throws {
        let headers = (0..<count).map { "X-\($0): \(String(repeating: "a", count: 20_000 / count))\r\n" }.joined()
        Self.expectProblem(try await Self.answer(to: "GET /v1/echo HTTP/1.1\r\nHost: a\r\n\(headers)\r\n"), 431, "request.headers_too_large")
    }

    @Test("Bytes that are not HTTP are a 400 problem", arguments: [
        "nonsense\r\n\r\n", "GET /v1/echo HTTP/9.9\r\n\r\n", "GET\r\n\r\n", "GET /v1/echo HTTP/1.1\r\nNo colon\r\n\r\n", "\u{16}\u{3}\u{1}\u{2}\u{0}\r\n",
        "GET /v1/echo HTTP/1.1\r\nHost: a\r\nContent-Length: x\r\n\r\n", "POST /v1/form HTTP/1.1\r\nHost: a\r\nContent-Length: 3\r\nTransfer-Encoding: chunked\r\n\r\nabc",
        "GET /v1/ec ho HTTP/1.1\r\n\r\n", "BREW /v1/echo HTTP/1.1\r\nHost: a\r\n\r\n",
    ])
    func badRequests(text: String) async throws {
        Self.expectProblem(try await Self.answer(to: text), 400, "request.malformed")
    }

    @Test("Whoever sends headers too slowly gets a 408 problem")
    func slowHeaders() async throws {
        Self.expectProblem(try await Self.answer(to: "GET /v1/echo HTTP/1.1\r\nHost: a\r\n", requestTimeout: .seconds(1)), 408, "request.too_slow")
    }

    @Test("A body that drips never outlives the deadline, and its handler does not take it for complete")
    func slowBody() async throws {
        let answer = try await Self.talk(requestTimeout: .seconds(1)) { port in
            let client = try RawClient(port: port)
            client.send("POST /v1/form HTTP/1.1\r\nHost: a\r\nContent-Type: application/x-www-form-urlencoded\r\nContent-Length: 100\r\n\r\nname=")
            for _ in 0..<15 {
                client.send("a")
                usleep(100_000)
            }
            return client.receiveAll()
        }
        Self.expectProblem(answer, 408, "request.too_slow")
    }

    @Test("A body cut short by the caller is an error, not a shorter body")
    func cutBody() async throws {
        let head = "POST /v1/form HTTP/1.1\r\nHost: a\r\nContent-Type: application/x-www-form-urlencoded\r\nContent-Length: 100\r\n\r\n"
        let answer = try await Self.answer(to: head + "name=Thabo", finishes: true)
        #expect(!answer.text.contains("name is"))
        Self.expectProblem(answer, 400, "request.malformed")
    }

    @Test("A handler slower than the deadline is a 503 problem with Retry-After")
    func slowHandler() async throws {
        let answer = try await Self.answer(to: "GET /v1/slow HTTP/1.1\r\nHost: a\r\n\r\n", requestTimeout: .seconds(1))
        Self.expectProblem(answer, 503, "server.too_slow")
        #expect(answer.text.lowercased().contains("retry-after: "))
    }

    @Test("An idle connection is closed without a word")
    func idle() async throws {
        let answer = try await Self.answer(to: "", requestTimeout: .seconds(1))
        #expect(answer.text.isEmpty && answer.end == .closed)
    }

    @Test("Pipelined requests are answered in order, and nonsense after them once at the end")
    func pipelining() async throws {
        let answer = try await Self.answer(to: "GET /v1/echo?a HTTP/1.1\r\nHost: a\r\n\r\nGET /v1/echo?bb HTTP/1.1\r\nHost: a\r\n\r\nnonsense\r\n\r\n")
        let parts = answer.text.components(separatedBy: "HTTP/1.1 ").dropFirst()
        #expect(parts.map { $0.prefix(3) } == ["200", "200", "400"])
        #expect(answer.end == .closed)
    }

    @Test("A body over the limit is answered although the caller goes on sending")
    func hugeBody() async throws {
        let body = String(repeating: "a", count: 2 << 20)
        let head = "POST /v1/form HTTP/1.1\r\nHost: a\r\nConnection: close\r\nContent-Type: application/x-www-form-urlencoded\r\nContent-Length: \(body.utf8.count)\r\n\r\n"
        let answer = try await Self.answer(to: head + body)
        #expect(answer.text.hasPrefix("HTTP/1.1 413 "), "\(answer)")
    }

    @Test("Graceful shutdown finishes a request that is being answered")
    func gracefulShutdown() async throws {
        let client = try await Self.talk { port in
            let client = try RawClient(port: port)
            client.send("GET /v1/slow HTTP/1.1\r\nHost: a\r\n\r\n")
            usleep(300_000)
            return Holder(client: client)
        }
        #expect(client.client.receiveAll().text.hasSuffix("late"))
    }

    // Sendable: handed over once, never used by two threads at a time
    final class Holder: @unchecked Sendable {
        let client: RawClient
        init(client: RawClient) { self.client = client }
    }
}
