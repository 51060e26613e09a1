import Foundation
import HTTPTypes
import Postgres
import Testing
import Web

@testable import Accounts

@Suite(.enabled(if: TestDatabase.isAvailable, TestDatabase.hint)) struct SessionTests {
    @Test("A refresh token works once; used again later by anybody it ends the whole sign-in, and the audit log says so")
    func theft() async throws {
        try await AccountsSite.with { site in
            let stolen = try await site.member("a@example.com").text("refresh_token")
            let other = try await site.call(.post, "/v1/sessions", json: ["email": "a@example.com", "password": "three blue kettles"])
            let victim = try await site.call(.post, "/v1/tokens", json: ["refresh_token": stolen])
            #expect(victim.status == 200)
            let next = try await site.call(.post, "/v1/tokens", json: ["refresh_token": victim.text("refresh_token")])
            site.clock.advance(11)
            #expect(try await site.call(.post, "/v1/tokens", json: ["refresh_token": stolen]).code == "account.wrong_token")
            for token in [stolen, victim.text("refresh_token"), next.text("refresh_token")] {
                #expect(try await site.call(.post, "/v1/tokens", json: ["refresh_token": token]).status == 401)
            }
            #expect(try await site.call(.get, "/v1/accounts/me", token: next.text("access_token")).status == 401)
            #expect(try await site.count("SELECT count(*) FROM audit_log WHERE action = 'session.reuse-detected'") == 1)
            // Another sign-in of the same account is another family.
            #expect(try await site.call(.post, "/v1/tokens", json: ["refresh_token": other.text("refresh_token")]).status == 200)
        }
    }

    @Test("Twenty refreshes of one token at once sign nobody out, and each gives tokens that work")
    func parallel() async throws {
        try await AccountsSite.with { site in
            let token = try await site.member("a@example.com").text("refresh_token")
            let replies = try await withThrowingTaskGroup(of: (Int, String, String).self) { group in
                for _ in 0..<20 {
                    group.addTask {
                        let reply = try await site.call(.post, "/v1/tokens", json: ["refresh_token": token])
                        return (reply.status, reply.text("access_token"), reply.text("refresh_token"))
                    }
                }
                return try await group.reduce(into: []) { $0.append($1) }
            }
            #expect(replies.allSatisfy { $0.0 == 200 })
            site.clock.advance(60)
            for (_, access, refresh) in replies {
                #expect(try await site.call(.get, "/v1/accounts/me", token: access).status == 200)
                #expect(try await site.call(.post, "/v1/tokens", json: ["refresh_token": refresh]).status == 200)
            }
        }
    }

    @Test("An unused sign-in ends after 60 days, a used one after a year")
    func expiry() async throws {
        try await AccountsSite.with { site in
            var token = try await site.member("a@example.com").text("refresh_token")
            for _ in 0..<7 {
                site.clock.advance(50 * 86_400)
                let reply = try await site.call(.post, "/v1/tokens", json: ["refresh_token": token])
                #expect(reply.status == 200)
                token = reply.text("refresh_token")
            }
            site.clock.advance(20 * 86_400)
            #expect(try await site.call(.post, "/v1/tokens", json: ["refresh_token": token]).status == 401)
            let idle = try await site.call(.post, "/v1/sessions", json: ["email": "a@example.com", "password": "three blue kettles"]).text("refresh_token")
            site.clock.advance(61 * 86_400)
            #expect(try await site.call(.post, "/v1/tokens", json: ["refresh_token": idle]).status == 401)
        }
    }

    @Test("The list shows one's own sign-ins; one is ended by itself, all at once, and nobody ends another's")
    func signOut() async throws {
        try await AccountsSite.with { site in
            let first = try await site.member("a@example.com")
            let signIn: [String: any Sendable] = ["email": "a@example.com", "password": "three blue kettles"]
            let second = try await site.call(.post, "/v1/sessions", json: signIn, headers: [.userAgent: "Phone app"])
            let stranger = try await site.member("b@example.com").text("access_token")
            let list = try await site.call(.get, "/v1/sessions", token: second.text("access_token"))
            let data = try #require(list.json["data"] as? [[String: Any]])
            #expect(data.count == 2 && data.contains { $0["device"] as? String == "Phone app" && $0["current"] as? Bool == true })
            #expect(try await site.call(.delete, "/v1/sessions/\(first.text("session_id"))", token: stranger).status == 404)
            #expect(try await site.call(.delete, "/v1/sessions/\(first.text("session_id"))", token: second.text("access_token")).status == 204)
            #expect(try await site.call(.get, "/v1/sessions", token: first.text("access_token")).status == 401)
            #expect(try await site.call(.delete, "/v1/sessions", token: second.text("access_token")).status == 204)
            #expect(try await site.call(.get, "/v1/sessions", token: second.text("access_token")).status == 401)
            #expect(try await site.call(.get, "/v1/sessions", token: stranger).status == 200)
        }
    }

    @Test("A push token counts while its sign-in stands, and goes with the phone to whoever signs in there next")
    func pushTokens() async throws {
        try await AccountsSite.with { site in
            let first = try await site.member("a@example.com")
            let account = try #require(UUID(uuidString: first.text("account_id")))
            func tokens(_ account: UUID) async throws -> Set<String> { Set(try await site.feature.contact(accountID: account)?.pushTokens ?? []) }
            func register(_ token: String, _ reply: AccountsSite.Reply) async throws -> Int {
                try await site.call(.put, "/v1/accounts/me/push-token", token: reply.text("access_token"), json: ["token": token]).status
            }
            let second = try await site.call(.post, "/v1/sessions", json: ["email": "a@example.com", "password": "three blue kettles"])
            #expect(try await [register("old", first), register("phone", first), register("tablet", second)] == [204, 204, 204])
            #expect(try await tokens(account) == ["phone", "tablet"])
            #expect(try await site.call(.delete, "/v1/sessions/current", token: second.text("access_token")).status == 204)
            #expect(try await tokens(account) == ["phone"])
            let stranger = try await site.member("b@example.com")
            #expect(try await register("phone", stranger) == 204)
            #expect(try await tokens(account) == [])
            let other = try #require(UUID(uuidString: stranger.text("account_id")))
            #expect(try await tokens(other) == ["phone"])
            try await site.feature.forgetPushToken("phone")
            #expect(try await tokens(other) == [])
            #expect(try await register("phone", stranger) == 204)
            #expect(try await site.call(.delete, "/v1/accounts/me/push-token", token: stranger.text("access_token")).status == 204)
            #expect(try await tokens(other) == [])
            #expect(try await register("", stranger) == 400)
        }
    }

    @Test("A role taken away and an account disabled hold at the next request, once each, and are audited")
    func operators() async throws {
        try await AccountsSite.with { site in
            let member = try await site.member("a@example.com")
            let operators = Operators(pool: site.feature.pool)
            func roles() async throws -> Set<Principal.Role>? {
                let (session, account) = (UUID(uuidString: member.text("session_id")) ?? UUID(), UUID(uuidString: member.text("account_id")) ?? UUID())
                return try await site.feature.sessions.principal(session: session, account: account, now: site.feature.now())?.roles
            }
            try await operators.grant(role: "support", email: "a@example.com")
            #expect(try await roles()?.contains(.support) == true)
            try await operators.revoke(role: "support", email: "A@example.com")
            #expect(try await roles()?.contains(.support) == false)
            await #expect(throws: Operators.Refusal.hasNoSuchRole) { try await operators.revoke(role: "support", email: "a@example.com") }
            await #expect(throws: Operators.Refusal.noSuchAccount) { try await operators.setDisabled(true, email: "b@example.com") }
            try await operators.setDisabled(true, email: "a@example.com")
            await #expect(throws: Operators.Refusal.isSo) { try await operators.setDisabled(true, email: "a@example.com") }
            #expect(try await site.call(.get, "/v1/accounts/me", token: member.text("access_token")).status == 401)
            let password = ["email": "a@example.com", "password": "three blue kettles"]
            #expect(try await site.call(.post, "/v1/sessions", json: password).status == 401)
            let account = try #require(UUID(uuidString: member.text("account_id")))
            #expect(try await AccountsFeature.roles(of: account, on: site.feature.pool) == [])
            try await operators.setDisabled(false, email: "a@example.com")
            #expect(try await site.call(.get, "/v1/accounts/me", token: member.text("access_token")).status == 401)
            #expect(try await site.call(.post, "/v1/sessions", json: password).status == 201)
            let lines = try await site.feature.pool.query("SELECT action FROM audit_log WHERE action ~ '^(role[.]|account[.](dis|en)abled)' ORDER BY audit_id")
            #expect(try lines.map { try $0.decode("action", as: String.self) } == ["role.granted-support", "role.revoked-support", "account.disabled", "account.enabled"])
        }
    }

    @Test("A cookie is for pages, a bearer token for the API, neither for the other; a form needs its token")
    func cookies() async throws {
        try await AccountsSite.with { site in
            let member = try await site.member("a@example.com")
            let form = "email=a@example.com&password=three+blue+kettles&next=/account"
            let signedIn = try await site.call(.post, "/sign-in/password", form: form)
            #expect(signedIn.status == 303 && signedIn.headers[.location] == "/account")
            let set = try #require(signedIn.headers[.setCookie])
            #expect(set.hasPrefix("session=") && set.contains("HttpOnly") && set.contains("SameSite=Lax") && !set.contains("Secure"))
            let cookie: HTTPFields = [.cookie: String(set.prefix { $0 != ";" }), .accept: "text/html"]
            let account = try await site.call(.get, "/account", headers: cookie)
            #expect(account.status == 200 && account.body.contains("a@example.com"))
            #expect(account.headers[.cacheControl] == "private, no-store")
            #expect(try await site.call(.get, "/v1/accounts/me", headers: cookie).status == 401)
            #expect(try await site.call(.get, "/account", token: member.text("access_token")).status == 401)
            #expect(try await site.call(.post, "/sign-out", form: "", headers: cookie).status == 403)
            #expect(try await site.call(.post, "/sign-out", form: "form_token=x", headers: cookie).status == 403)
            let token = try #require(account.body.firstMatch(of: /name="form_token" value="([^"]+)"/)).1
            let out = try await site.call(.post, "/sign-out", form: "form_token=\(token)", headers: cookie)
            #expect(out.status == 303 && out.headers[.setCookie]?.contains("Max-Age=0") == true)
            #expect(try await site.call(.get, "/account", headers: cookie).headers[.location] == "/sign-in?next=/account")
            #expect(try await site.count("SELECT count(*) FROM sessions WHERE cookie_hash IS NOT NULL AND ended_at IS NULL") == 0)
        }
    }

    @Test("Nothing that opens an account is stored as it is: no code, no token, no cookie, no password")
    func stored() async throws {
        try await AccountsSite.with { site in
            let member = try await site.member("a@example.com")
            _ = try await site.call(.post, "/v1/sign-in-codes", json: ["phone": "0821234567"])
            let code = try await site.code(to: "+27821234567")
            let secrets = [code, member.text("refresh_token"), "three blue kettles"]
            for table in ["accounts", "sessions", "refresh_tokens", "challenges", "attempt_counts"] {
                let rows = try await site.pool.query("SELECT to_jsonb(t)::text AS row FROM \(unescaped: table) t")
                #expect(!rows.isEmpty)
                for row in rows {
                    let text: String = try row.decode("row")
                    for secret in secrets where secret != code || table == "challenges" { #expect(!text.contains(secret), "\(table)") }
                }
            }
        }
    }

    @Test("What expired is deleted, and what is needed stays")
    func cleaning() async throws {
        try await AccountsSite.with { site in
            _ = try await site.member("a@example.com")
            _ = try await site.call(.post, "/v1/sign-in-codes", json: ["phone": "0821234567"])
            let job = DeleteExpiredJob(pool: site.pool, now: { site.clock.now }, logger: TestDatabase.logger)
            try await job.deleteExpired()
            #expect(try await site.count("SELECT count(*) FROM sessions") == 1)
            #expect(try await site.count("SELECT count(*) FROM challenges") == 2)
            site.clock.advance(3 * 86_400)
            try await job.deleteExpired()
            #expect(try await site.count("SELECT count(*) FROM challenges") == 0)
            #expect(try await site.count("SELECT count(*) FROM attempt_counts") == 0)
            #expect(try await site.count("SELECT count(*) FROM sessions") == 1)
            site.clock.advance(400 * 86_400)
            try await job.deleteExpired()
            #expect(try await site.count("SELECT count(*) FROM sessions") == 0)
        }
    }
}
