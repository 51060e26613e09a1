import HTTPTypes
import Logging
import Testing

@testable import Web

@Suite struct AccessTests {
    static let html: HTTPFields = [.accept: "text/html"]
    static let form: HTTPFields = [.contentType: "application/x-www-form-urlencoded"]

    @Test("Every rule against nobody and every role", arguments: Principal.Role.allCases.map(Optional.some) + [nil])
    func rules(role: Principal.Role?) async throws {
        let site = try TestSite()
        var headers: HTTPFields = [:]
        if let role { headers[.authorization] = "Bearer \(role.rawValue)" }
        #expect(try await site.call(.get, "/v1/things/1", headers: headers).status == 200)
        #expect(try await site.call(.get, "/v1/recognised", headers: headers).body == role?.rawValue ?? "nobody")
        #expect(try await site.call(.get, "/v1/mine", headers: headers).status == (role == nil ? 401 : 200))
        #expect(try await site.call(.head, "/v1/mine", headers: headers).status == (role == nil ? 401 : 200))
        let practice = try await site.call(.get, "/v1/practice", headers: headers)
        #expect(practice.status == (role == nil ? 401 : role == .doctor || role == .staff ? 200 : 403))
    }

    @Test("401 says Bearer, 403 and 401 have their codes, and what is made for one person is kept by no cache")
    func answers() async throws {
        let site = try TestSite()
        let nobody = try await site.call(.get, "/v1/mine")
        #expect(nobody.headers[.wwwAuthenticate] == "Bearer")
        #expect(nobody.body.contains("\"code\":\"request.unauthenticated\""))
        #expect(try await site.call(.get, "/v1/practice", headers: [.authorization: "Bearer patient"]).body.contains("\"code\":\"request.forbidden\""))
        #expect(try await site.call(.get, "/v1/mine", headers: [.authorization: "Bearer patient"]).headers[.cacheControl] == "private, no-store")
    }

    @Test("A route without an entry is denied with an error in the log, whatever the role; so is a method without one")
    func denied() async throws {
        let site = try TestSite()
        let administrator: HTTPFields = [.authorization: "Bearer administrator"]
        #expect(try await site.call(.get, "/v1/forgotten", headers: administrator).status == 404)
        #expect(site.log.lines.contains { $0.contains("a route has no access rule") && $0.contains("error") })
        let other = try await site.call(.post, "/v1/mine", headers: administrator)
        #expect(other.status == 405)
        #expect(other.headers[.allow] == "GET, HEAD, OPTIONS")
    }

    @Test("A bad token is refused even where nobody has to sign in, but not looked at where everybody gets the same")
    func badToken() async throws {
        let site = try TestSite()
        #expect(try await site.call(.get, "/v1/recognised", headers: [.authorization: "Bearer x"]).status == 401)
        #expect(try await site.call(.get, "/v1/things/1", headers: [.authorization: "Bearer x"]).status == 200)
    }

    @Test("A page leads to the sign-in and back; a form to the sign-in alone")
    func pages() async throws {
        let site = try TestSite()
        let page = try await site.call(.get, "/mine?a=b&c=%20d", headers: Self.html)
        #expect(page.status == 303)
        #expect(page.headers[.location] == "/sign-in?next=/mine%3Fa%3Db%26c%3D%2520d")
        #expect(try await site.call(.post, "/mine", headers: Self.html).headers[.location] == "/sign-in")
    }

    @Test("A form of a cookie session needs its token; elsewhere the field is ignored", arguments: [
        ("name=a&form_token=right", 200), ("name=a", 403), ("name=a&form_token=", 403), ("name=a&form_token=wrong", 403),
        ("name=a&form_token=right&form_token=right", 403),
    ])
    func formTokens(body: String, status: Int) async throws {
        let site = try TestSite()
        let reply = try await site.call(.post, "/mine", headers: [.cookie: "session=patient", .contentType: "application/x-www-form-urlencoded"], body: body)
        #expect(reply.status == status)
        if status == 403 { #expect(reply.body.contains("\"code\":\"request.forged_form\"")) }
        if body.hasSuffix("wrong") {
            #expect(try await site.call(.post, "/open-form", headers: Self.form, body: body).body == "a")
        }
    }

    @Test("A form from another site is refused on pages and not looked at under /v1", arguments: [
        (["Sec-Fetch-Site": "cross-site"], 403), (["Sec-Fetch-Site": "same-site"], 403), (["Sec-Fetch-Site": "same-origin"], 200),
        (["Sec-Fetch-Site": "none"], 200), (["Origin": "https://evil.example"], 403), (["Origin": "null"], 403),
        (["Origin": "http://localhost"], 200), (["Origin": "http://localhost.evil.example"], 403), ([:], 200),
    ])
    func crossSite(headers: [String: String], status: Int) async throws {
        let site = try TestSite()
        var fields = Self.form
        for (name, value) in headers { fields[HTTPField.Name(name)!] = value }
        let reply = try await site.call(.post, "/open-form", headers: fields, body: "name=a")
        #expect(reply.status == status)
        #expect(try await site.call(.get, "/help", headers: fields).status == 200)
        fields[.contentType] = "application/json"
        #expect(try await site.call(.post, "/v1/things", headers: fields, body: "{\"name\":\"a\"}").status == 200)
    }
}
