import CurlClient
import Testing

@Suite struct CurlClientTests {
    private let peer: LocalPeer
    private let client = CurlClient()

    init() throws { peer = try LocalPeer.shared.get() }

    @Test("method, path, headers and body arrive as given, and the answer comes back whole")
    func echo() async throws {
        let body = Array("{\"a\":\u{0}1}".utf8)
        let request = CurlRequest(
            method: "PUT", url: peer.url + "/echo?q=1", headers: [("X-Trace", "ü 7"), ("X-Empty", "")], body: body)
        let response = try await client.send(request)
        let text = String(decoding: response.body, as: UTF8.self)
        #expect(response.status == 200)
        #expect(text.hasPrefix("PUT /echo?q=1\n"))
        #expect(text.contains("x-empty: \n") && text.contains("x-trace: "))
        #expect(!text.contains("content-type:") && !text.contains("expect:"))
        #expect(response.body.suffix(body.count) == body[...])
        #expect(response.header("x-ECHO") == "Yes" && response.header("X-Many") == "1" && response.header("none") == nil)
    }

    @Test("methods with and without a body", arguments: [
        ("GET", nil), ("DELETE", nil), ("POST", ""), ("POST", "a=1"), ("HEAD", nil),
    ] as [(String, String?)])
    func methods(method: String, body: String?) async throws {
        let response = try await client.send(CurlRequest(
            method: method, url: peer.url + "/", body: body.map { Array($0.utf8) }))
        #expect(response.status == 200)
        let text = String(decoding: response.body, as: UTF8.self)
        #expect(method == "HEAD" ? text.isEmpty : text.hasPrefix("\(method) /\n") && text.hasSuffix("\n\n" + (body ?? "")))
    }

    @Test("every status is an answer, and a redirect is not followed", arguments: [204, 302, 404, 500])
    func statuses(status: Int) async throws {
        let response = try await client.send(CurlRequest(url: peer.url + "/status/\(status)"))
        #expect(response.status == status && response.header("location") == "/echo")
    }

    @Test("a response above the limit fails, with and without a stated length", arguments: ["/bytes/100000", "/drip"])
    func tooLarge(path: String) async throws {
        let error = await #expect(throws: CurlError.self) {
            try await client.send(CurlRequest(url: peer.url + path, maximumResponseBytes: 50_000))
        }
        #expect(error?.code == 63)
        let small = try await client.send(CurlRequest(url: peer.url + "/bytes/40000", maximumResponseBytes: 50_000))
        #expect(small.body.count == 40_000)
    }

    @Test("the deadline ends a slow request as a timeout whose description hides user, query and fragment")
    func deadline() async throws {
        let address = peer.url.replacing("http://", with: "http://me:secret@")
        let error = await #expect(throws: CurlError.self) {
            try await client.send(CurlRequest(url: address + "/slow/120?token=secret#secret", deadlineMilliseconds: 200))
        }
        #expect(error?.isTimeout == true)
        #expect(error?.description.contains("GET \(peer.url)/slow/120: ") == true && error?.description.contains("secret") == false)
    }

    /// No clock is read, for other tests may keep the pool busy: a request that is not aborted gets an answer and throws nothing.
    @Test("cancelling the task ends the request without waiting for the answer, before and after it is sent", arguments: [0, 100])
    func cancellation(milliseconds: Int) async throws {
        let task = Task { [client, peer] in try await client.send(Self.endless(peer)) }
        try await Task.sleep(for: .milliseconds(milliseconds))
        task.cancel()
        await #expect(throws: CancellationError.self) { try await task.value }
    }

    private static func endless(_ peer: LocalPeer) -> CurlRequest {
        CurlRequest(url: peer.url + "/slow/120", deadlineMilliseconds: 300_000)
    }

    @Test("at most the stated number run at a time, and all get their answer")
    func concurrency() async throws {
        let client = CurlClient(maximumConcurrentRequests: 3)
        let most = try await withThrowingTaskGroup(of: Int.self) { group in
            for _ in 0..<12 {
                group.addTask {
                    let response = try await client.send(CurlRequest(url: peer.url + "/slow/0.1/counted"))
                    return Int(String(decoding: response.body, as: UTF8.self)) ?? 0
                }
            }
            return try await group.reduce(0, max)
        }
        #expect((1...3).contains(most))
    }

    @Test("a request that waits for another ends at its own deadline")
    func waitingDeadline() async throws {
        let single = CurlClient(maximumConcurrentRequests: 1)
        let first = Task { [peer] in try await single.send(Self.endless(peer)) }
        try await Task.sleep(for: .milliseconds(200))
        let error = await #expect(throws: CurlError.self) {
            try await single.send(CurlRequest(url: peer.url + "/slow/120", deadlineMilliseconds: 300))
        }
        #expect(error?.isTimeout == true)
        first.cancel()
        await #expect(throws: CancellationError.self, "the first was still under way") { try await first.value }
    }

    @Test("other schemes, header injection and nonsense are refused", arguments: [
        CurlRequest(url: "file:///etc/passwd"), CurlRequest(url: "ftp://127.0.0.1/"), CurlRequest(url: ""),
        CurlRequest(url: "http://127.0.0.1:1/"), CurlRequest(url: "http://127.0.0.1/\u{0}"),
        CurlRequest(url: "http://127.0.0.1/", headers: [("X-A", "1\r\nX-B: 2")]),
        CurlRequest(method: "GET / HTTP/1.1\r\nX-B: 2", url: "http://127.0.0.1/"),
        CurlRequest(url: "http://127.0.0.1/", deadlineMilliseconds: 0),
    ])
    func refused(request: CurlRequest) async throws {
        await #expect(throws: CurlError.self) { try await client.send(request) }
    }
}
