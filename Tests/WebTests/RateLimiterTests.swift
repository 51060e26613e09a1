import Crypto
import HTTPTypes
import Testing

@testable import Web

@Suite struct RateLimiterTests {
    @Test("In any window no caller gets more than twice the limit's burst, and over time exactly its rate: against a plain count")
    func property() {
        let seed = UInt64.random(in: .min ... .max)
        print("property(): seed \(seed)")
        var random = SeededRandom(seed: seed)
        for _ in 0..<20 {
            let limit = RateLimit(name: "a", count: Int.random(in: 1...20, using: &random), windowSeconds: Int.random(in: 1...60, using: &random))
            let limiter = RateLimiter(limit)
            var (now, admitted): (Double, [Double]) = (0, [])
            for _ in 0..<2_000 {
                now += Double.random(in: 0...2 * Double(limit.windowSeconds) / Double(limit.count), using: &random) * (Bool.random(using: &random) ? 0.05 : 1)
                let decision = limiter.admit([1], at: .seconds(now))
                if decision.isAllowed { admitted.append(now) }
                #expect((0..<limit.count).contains(decision.remaining) || decision.remaining == 0)
            }
            // GCRA's promise: between any two admitted requests, at most the burst and what the rate earned meanwhile.
            let rate = Double(limit.count) / Double(limit.windowSeconds)
            for start in stride(from: 0, to: admitted.count, by: 37) {
                for end in start..<admitted.count {
                    #expect(Double(end - start + 1) <= Double(limit.count) + (admitted[end] - admitted[start]) * rate + 0.001)
                }
            }
        }
    }

    @Test("A full burst passes at once, the next does not and is told when; after that time it passes")
    func burst() {
        let limiter = RateLimiter(RateLimit(name: "a", count: 5, windowSeconds: 10))
        #expect((0..<5).map { _ in limiter.admit([1], at: .seconds(100)).remaining } == [4, 3, 2, 1, 0])
        let refused = limiter.admit([1], at: .seconds(100))
        #expect(refused == RateLimiter.Decision(isAllowed: false, remaining: 0, seconds: 2))
        #expect(limiter.admit([2], at: .seconds(100)).isAllowed)
        #expect(!limiter.admit([1], at: .seconds(101.9)).isAllowed)
        #expect(limiter.admit([1], at: .seconds(102)).isAllowed)
    }

    @Test("Any number of callers takes bounded memory, and those who owe something are kept while others can be forgotten")
    func memory() {
        let limiter = RateLimiter(RateLimit(name: "a", count: 1, windowSeconds: 10), mostCallers: 100)
        _ = limiter.admit([255], at: .seconds(9))
        for caller in 0..<99 { _ = limiter.admit([UInt8(caller)], at: .zero) }
        for caller in 0..<50 { #expect(limiter.admit([1, UInt8(caller)], at: .seconds(11)).isAllowed) }
        #expect(!limiter.admit([255], at: .seconds(12)).isAllowed)
    }

    static func site(_ limits: RateLimits, trusting proxies: [String] = []) throws -> TestSite {
        try TestSite(
            clients: ClientRecognition(trustedProxies: proxies.compactMap(AddressRange.init), key: SymmetricKey(size: .bits256)), limits: limits)
    }

    @Test("Every answer says what is left; beyond the limit it is 429 with Retry-After; another address is not touched")
    func headers() async throws {
        let limits = RateLimits(perAddress: RateLimit(name: "address", count: 2, windowSeconds: 60), sensitiveRoutes: [])
        let site = try Self.site(limits)
        let first = try await site.call(.get, "/v1/things/1", peer: "10.0.0.1")
        #expect(first.headers[.rateLimit] == "\"address\";r=1;t=30")
        #expect(first.headers[.rateLimitPolicy] == "\"address\";q=2;w=60")
        _ = try await site.call(.get, "/v1/things/1", peer: "10.0.0.1")
        let refused = try await site.call(.get, "/v1/things/1", peer: "10.0.0.1")
        #expect(refused.status == 429)
        #expect(refused.headers[.retryAfter] == "30")
        #expect(refused.body.contains("\"code\":\"request.too_many\""))
        #expect(try await site.call(.get, "/v1/things/1", peer: "10.0.0.2").status == 200)
    }

    @Test("Routes of one class and accounts have limits of their own on top")
    func classes() async throws {
        let limits = RateLimits(
            perAccount: RateLimit(name: "account", count: 1, windowSeconds: 60), sensitive: RateLimit(name: "sign-in", count: 1, windowSeconds: 60),
            sensitiveRoutes: ["POST /v1/things"])
        let site = try Self.site(limits)
        let post: HTTPFields = [.contentType: "application/json"]
        #expect(try await site.call(.post, "/v1/things", headers: post, body: "{\"name\":\"a\"}", peer: "10.0.0.1").status == 200)
        #expect(try await site.call(.post, "/v1/things", headers: post, body: "{\"name\":\"a\"}", peer: "10.0.0.1").status == 429)
        #expect(try await site.call(.get, "/v1/things/1", peer: "10.0.0.1").status == 200)
        let patient: HTTPFields = [.authorization: "Bearer patient"]
        let mine = try await site.call(.get, "/v1/mine", headers: patient, peer: "10.0.0.3")
        #expect(mine.headers[values: .rateLimit].count == 2)
    }

    @Test("A client may say anything in X-Forwarded-For unless a trusted proxy says it, and then only what that proxy saw", arguments: [
        ("192.0.2.9", "203.0.113.1", "192.0.2.9"), ("10.0.0.1", "203.0.113.1", "203.0.113.1"), ("10.0.0.1", "198.51.100.7, 203.0.113.1", "203.0.113.1"),
        ("10.0.0.1", "203.0.113.1, 10.9.9.9", "203.0.113.1"), ("10.0.0.1", "nonsense", "10.0.0.1"), ("10.0.0.1", "", "10.0.0.1"),
        ("::ffff:10.0.0.1", "203.0.113.1", "203.0.113.1"), ("2001:db8::1", "203.0.113.1", "2001:db8::ffff"),
    ])
    func forwarded(peer: String, forwarded: String, counted: String) async throws {
        let limits = RateLimits(perAddress: RateLimit(name: "address", count: 1, windowSeconds: 60), sensitiveRoutes: [])
        let site = try Self.site(limits, trusting: ["10.0.0.0/8"])
        let headers: HTTPFields = forwarded.isEmpty ? [:] : [.forwardedFor: forwarded]
        #expect(try await site.call(.get, "/v1/things/1", headers: headers, peer: peer).status == 200)
        #expect(try await site.call(.get, "/v1/things/1", peer: counted).status == 429)
    }

    @Test("Ranges hold what they say", arguments: [
        ("10.0.0.0/8", "10.255.1.2", true), ("10.0.0.0/8", "11.0.0.1", false), ("192.168.4.0/22", "192.168.7.255", true),
        ("192.168.4.0/22", "192.168.8.0", false), ("0.0.0.0/0", "1.2.3.4", true), ("0.0.0.0/0", "::1", false), ("::1", "::1", true),
        ("2001:db8::/33", "2001:db8:7fff::1", true), ("2001:db8::/33", "2001:db8:8000::1", false),
    ])
    func ranges(range: String, address: String, isInside: Bool) throws {
        #expect(try #require(AddressRange(range)).contains(#require(IPAddress(address))) == isInside)
    }

    @Test("What is no range is refused", arguments: ["", "10.0.0.0/33", "10.0.0.0/-1", "10.0.0/8", "a", "10.0.0.0/8/8", "::/129"])
    func noRanges(text: String) { #expect(AddressRange(text) == nil) }
}
