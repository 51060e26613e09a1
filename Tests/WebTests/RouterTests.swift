import Foundation
import HTTPTypes
import Testing

@testable import Web

@Suite struct RouterTests {
    static let html: HTTPFields = [.accept: "text/html,application/xhtml+xml,*/*;q=0.8"]

    @Test("A well-formed request id is kept, another is replaced, and every response has one")
    func requestIDs() async throws {
        let site = try TestSite()
        let kept = try await site.call(.get, "/v1/things/1", headers: [.xRequestID: "abc.DEF_1-2"])
        #expect(kept.headers[.xRequestID] == "abc.DEF_1-2")
        for bad in ["", "a b", String(repeating: "a", count: 65), "é", "a\"b"] {
            let id = try #require(try await site.call(.get, "/nowhere", headers: [.xRequestID: bad]).headers[.xRequestID])
            #expect(id != bad)
            #expect(UUID(uuidString: id) != nil)
        }
    }

    @Test("New request ids are version 7 UUIDs that sort by time")
    func newRequestIDs() {
        #expect(RequestIDs.make(millisecondsSince1970: 0x0123_4567_89AB, random: (.max, .max)) == "01234567-89ab-7fff-bfff-ffffffffffff")
        #expect(RequestIDs.make(millisecondsSince1970: 1, random: (0, 0)) == "00000000-0001-7000-8000-000000000000")
        #expect(RequestIDs.make(millisecondsSince1970: 5, random: (.max, .max)) < RequestIDs.make(millisecondsSince1970: 6, random: (0, 0)))
        #expect(Set((0..<1000).map { _ in RequestIDs.make() }).count == 1000)
    }

    @Test("An unknown address is a 404 problem with all its members")
    func notFound() async throws {
        let reply = try await TestSite().call(.get, "/v1/nowhere", headers: Self.html)
        #expect(reply.status == 404)
        #expect(reply.headers[.contentType] == "application/problem+json")
        let problem = try #require(try JSONSerialization.jsonObject(with: Data(reply.body.utf8)) as? [String: Any])
        #expect(problem["type"] as? String == "/problems/request.not_found")
        #expect(problem["code"] as? String == "request.not_found")
        #expect(problem["status"] as? Int == 404)
        #expect(problem["request_id"] as? String == reply.headers[.xRequestID])
        #expect((problem["title"] as? String)?.isEmpty == false)
    }

    @Test("A person outside /v1 gets an error page; programs and /v1 get a problem", arguments: [
        ("/nowhere", "text/html", true), ("/nowhere", "application/json", false), ("/nowhere", "*/*", false),
        ("/v1/nowhere", "text/html", false), ("/v1", "text/html", false), ("/v1nowhere", "text/html", true),
    ])
    func errorPages(path: String, accept: String, isPage: Bool) async throws {
        let reply = try await TestSite().call(.get, path, headers: [.accept: accept])
        #expect(reply.status == 404)
        #expect(reply.headers[.contentType]?.hasPrefix("text/html") == isPage)
        guard isPage else { return }
        #expect(reply.body.contains("tel:112"))
        #expect(reply.body.contains(try #require(reply.headers[.xRequestID])))
        #expect(reply.body.components(separatedBy: "<h1").count == 2)
        #expect(reply.body.contains("<title>Error: Not found"))
    }

    @Test("A fault is a bare 500, logged once, and tells nothing to the caller", arguments: ["/v1/fault", "/fault"])
    func faults(path: String) async throws {
        let site = try TestSite()
        let reply = try await site.call(.get, path, headers: Self.html)
        #expect(reply.status == 500)
        #expect(!reply.body.contains("secret"))
        let faults = site.log.lines.filter { $0.contains("secret detail") }
        #expect(faults.count == 1)
        #expect(faults[0].contains("hb.request.id=\(try #require(reply.headers[.xRequestID]))"))
    }

    @Test("Every other method on a known path is 405 with Allow", arguments: [
        ("DELETE", "/v1/things/7"), ("TRACE", "/v1/things/7"), ("PROPFIND", "/v1/things/7"), ("QUERY", "/v1/things/7"), ("CONNECT", "/v1/things/7"),
        ("M-SEARCH", "/v1/things/7"), ("POST", "/v1/things/7"), ("PUT", "/v1/things/7"), ("PATCH", "/v1/things/7"),
    ])
    func wrongMethods(method: String, path: String) async throws {
        let reply = try await TestSite().call(try #require(HTTPRequest.Method(method)), path)
        #expect(reply.status == 405)
        #expect(reply.headers[.allow] == "GET, HEAD, OPTIONS")
        #expect(reply.headers[.contentType] == "application/problem+json")
    }

    @Test("GET and HEAD on a path that only takes POST are 405; on an unknown path all methods are 404")
    func otherMethods() async throws {
        let site = try TestSite()
        for method: HTTPRequest.Method in [.get, .head] {
            let reply = try await site.call(method, "/v1/things")
            #expect(reply.status == 405)
            #expect(reply.headers[.allow] == "OPTIONS, POST")
        }
        #expect(try await site.call(.delete, "/v1/nothing").status == 404)
    }

    @Test("OPTIONS is 204 with Allow; HEAD is GET without the body")
    func optionsAndHead() async throws {
        let site = try TestSite()
        let options = try await site.call(.options, "/v1/things/7")
        #expect(options.status == 204)
        #expect(options.headers[.allow] == "GET, HEAD, OPTIONS")
        let get = try await site.call(.get, "/help")
        let head = try await site.call(.head, "/help")
        #expect(head.status == 200)
        #expect(head.body.isEmpty)
        #expect(head.headers[.contentLength] == get.headers[.contentLength])
        #expect(get.headers[.contentLength] == String(get.body.utf8.count))
    }

    @Test("Security headers are on answers, problems and 304s alike; caching is off unless a handler decides")
    func headers() async throws {
        let site = try TestSite()
        for path in ["/v1/things/1", "/nowhere", "/v1/fault", "/help", SiteAsset.stylesheet.path] {
            let reply = try await site.call(.get, path)
            for field in HeadersMiddleware.security { #expect(reply.headers[field.name] == field.value, "\(path)") }
            #expect(reply.headers[.contentSecurityPolicy]?.contains("unsafe") == false)
        }
        #expect(try await site.call(.get, "/v1/things/1").headers[.cacheControl] == "public, max-age=30")
        #expect(try await site.call(.options, "/v1/things").headers[.cacheControl] == "no-store")
        #expect(try await site.call(.get, "/nowhere").headers[.cacheControl] == "no-store")
    }

    @Test("The access log has the route's pattern and never the address, query or body")
    func accessLog() async throws {
        let site = try TestSite()
        _ = try await site.call(.get, "/v1/things/secretid?q=secretword", headers: [.xRequestID: "r1"])
        _ = try await site.call(.post, "/v1/things?q=secretword", headers: [.contentType: "application/json"], body: "{\"name\":\"secretname\"}")
        _ = try await site.call(.get, "/secretpath?q=secretword")
        let requests = site.log.lines.filter { $0.hasPrefix("info request") }
        #expect(requests.count == 3)
        #expect(requests[0].contains("bytes=0") && requests[0].contains("hb.request.id=r1"))
        #expect(requests[0].contains("route=/v1/things/{id}") && requests[0].contains("status=200") && requests[0].contains("method=GET"))
        #expect(requests[1].contains("route=/v1/things ") && requests[1].contains("status=200"))
        #expect(requests[2].contains("route=NotFound"))
        #expect(!site.log.lines.contains { $0.contains("secret") })
    }

    @Test("A body over the limit is 413, one at the limit is read")
    func bodyLimit() async throws {
        let site = try TestSite()
        let json: HTTPFields = [.contentType: "application/json"]
        let padding = String(repeating: " ", count: 64 * 1024 - 12)
        #expect(try await site.call(.post, "/v1/things", headers: json, body: "{\"name\":\"a\"}" + padding).status == 200)
        let reply = try await site.call(.post, "/v1/things", headers: json, body: "{\"name\":\"a\"}" + padding + " ")
        #expect(reply.status == 413)
        #expect(reply.body.contains("request.body_too_large"))
    }
}
