import Foundation
import HTTPTypes
import Postgres
import Testing

@testable import Accounts

@Suite(.enabled(if: TestDatabase.isAvailable, TestDatabase.hint)) struct SignInTests {
    static let password = "three blue kettles"

    @Test("Signing up signs in; the password signs in once the address is confirmed by its code")
    func signUp() async throws {
        try await AccountsSite.with { site in
            let signedUp = try await site.call(.post, "/v1/accounts", json: ["email": "Ann@Example.com", "password": Self.password])
            #expect(signedUp.status == 201)
            let token = signedUp.text("access_token")
            let me = try await site.call(.get, "/v1/accounts/me", token: token)
            #expect(me.text("email") == "ann@example.com" && me.json["email_verified"] as? Bool == false)
            #expect(me.json["roles"] as? [String] == ["patient"])
            let signIn: [String: any Sendable] = ["email": "ann@example.com", "password": Self.password]
            #expect(try await site.call(.post, "/v1/sessions", json: signIn).code == "account.wrong_password")
            let sent = try await site.call(.post, "/v1/accounts/me/verifications", token: token, json: ["email": "ann@example.com"])
            #expect(sent.status == 202)
            let path = "/v1/accounts/me/verifications/\(sent.text("challenge_id"))/confirmation"
            let code = try await site.code(to: "ann@example.com", number: 2)
            #expect(try await site.call(.post, path, token: token, json: ["code": code]).status == 204)
            #expect(try await site.call(.post, path, token: token, json: ["code": code]).code == "account.wrong_code")
            #expect(try await site.call(.post, "/v1/sessions", json: signIn).status == 201)
        }
    }

    @Test("Signing in, signing up, asking for codes and for resets answer alike for known and unknown addresses")
    func enumeration() async throws {
        try await AccountsSite.with { site in
            _ = try await site.member("known@example.com")
            func both(_ path: String, _ body: (String) -> [String: any Sendable]) async throws -> (AccountsSite.Reply, AccountsSite.Reply) {
                (try await site.call(.post, path, json: body("known@example.com")), try await site.call(.post, path, json: body("unknown@example.com")))
            }
            let wrong = try await both("/v1/sessions") { ["email": $0, "password": "three red kettles"] }
            #expect(wrong.0.status == 401 && wrong.0.withoutRequestID == wrong.1.withoutRequestID)
            for path in ["/v1/sign-in-codes", "/v1/password-resets"] {
                let asked = try await both(path) { ["email": $0] }
                #expect(asked.0.status == 202 && asked.1.status == 202)
                #expect(asked.0.json.keys.sorted() == asked.1.json.keys.sorted() && asked.0.text("expires_at") == asked.1.text("expires_at"))
                #expect(asked.0.headers.map(\.name.canonicalName).sorted() == asked.1.headers.map(\.name.canonicalName).sorted())
                // A wrong code is answered alike too, for both and for a challenge nobody made.
                let (known, unknown) = (asked.0.text("challenge_id"), asked.1.text("challenge_id"))
                var answers: Set<String> = []
                for id in [known, unknown, UUID().uuidString] {
                    let (path, body): (String, [String: any Sendable]) = path == "/v1/sign-in-codes"
                        ? ("/v1/sessions", ["challenge_id": id, "code": "x"])
                        : ("/v1/password-resets/\(id)/confirmation", ["code": "x", "password": Self.password])
                    answers.insert(try await site.call(.post, path, json: body).withoutRequestID)
                }
                #expect(answers.count == 1 && answers.first?.contains("account.wrong_code") == true)
            }
            let signedUp = try await both("/v1/accounts") { ["email": $0, "password": "three red kettles"] }
            #expect(signedUp.0.status == 201 && signedUp.1.status == 201)
            #expect(signedUp.0.json.keys.sorted() == signedUp.1.json.keys.sorted())
            // And what follows does not tell either: neither claim signs in.
            let after = try await both("/v1/sessions") { ["email": $0, "password": "three red kettles"] }
            #expect(after.0.withoutRequestID == after.1.withoutRequestID)
            // A reset is sent to the one who can use it, and to nobody else.
            #expect(!site.outbox.values.contains { $0.purpose == .passwordReset && $0.destination.text == "unknown@example.com" })
        }
    }

    @Test("Fifty sign-ups of one address at once all succeed, and one account alone can confirm it")
    func concurrentSignUps() async throws {
        try await AccountsSite.with(limitsClients: false) { site in
            let tokens = try await withThrowingTaskGroup(of: String.self) { group in
                for _ in 0..<50 {
                    group.addTask { try await site.call(.post, "/v1/accounts", json: ["email": "a@example.com", "password": Self.password]).text("access_token") }
                }
                return try await group.reduce(into: []) { $0.append($1) }
            }
            #expect(Set(tokens).count == 50 && !tokens.contains(""))
            let accounts = try await site.pool.query("SELECT account_id FROM accounts")
            let outcomes = await withTaskGroup(of: Bool.self) { group in
                for row in accounts {
                    group.addTask {
                        do {
                            let account: UUID = try row.decode("account_id")
                            try await site.pool.query("UPDATE accounts SET email_verified_at = now() WHERE account_id = \(account)")
                            return true
                        } catch { return (error as? PostgresError)?.constraint != "accounts_email_once" }
                    }
                }
                return await group.reduce(into: []) { $0.append($1) }
            }
            #expect(outcomes.count { $0 } == 1)
            let email = try await site.count("SELECT count(*) FROM accounts WHERE email_verified_at IS NOT NULL")
            #expect(email == 1)
        }
    }

    @Test("Who claims an address that another account has learns so only with its code, and takes nothing")
    func claimed() async throws {
        try await AccountsSite.with { site in
            _ = try await site.member("owner@example.com")
            let thief = try await site.call(.post, "/v1/accounts", json: ["email": "owner@example.com", "password": "three red kettles"])
            let sent = try await site.call(.post, "/v1/accounts/me/verifications", token: thief.text("access_token"), json: ["email": "owner@example.com"])
            let path = "/v1/accounts/me/verifications/\(sent.text("challenge_id"))/confirmation"
            #expect(try await site.call(.post, path, token: thief.text("access_token"), json: ["code": "000000"]).code == "account.wrong_code")
            let code = try await site.code(to: "owner@example.com", number: 3)
            #expect(try await site.call(.post, path, token: thief.text("access_token"), json: ["code": code]).code == "account.email_taken")
            #expect(try await site.call(.post, "/v1/sessions", json: ["email": "owner@example.com", "password": Self.password]).status == 201)
        }
    }

    @Test("A code signs in once, in ten minutes; the same address gets the same account, a new one a new account")
    func codes() async throws {
        try await AccountsSite.with { site in
            func signIn(_ address: [String: any Sendable], to: String, after seconds: Double = 0, number: Int) async throws -> AccountsSite.Reply {
                let asked = try await site.call(.post, "/v1/sign-in-codes", json: address)
                let code = try await site.code(to: to, number: number)
                site.clock.advance(seconds)
                let body: [String: any Sendable] = ["challenge_id": asked.text("challenge_id"), "code": code]
                let first = try await site.call(.post, "/v1/sessions", json: body)
                #expect(try await site.call(.post, "/v1/sessions", json: body).code == "account.wrong_code", "a second use")
                return first
            }
            let phone = try await signIn(["phone": "082 123 4567"], to: "+27821234567", number: 1)
            #expect(phone.status == 201)
            let again = try await signIn(["phone": "+27 (0)82 123 4567"], to: "+27821234567", after: 599, number: 2)
            #expect(again.text("account_id") == phone.text("account_id"))
            let late = try await signIn(["phone": "0821234567"], to: "+27821234567", after: 600, number: 3)
            #expect(late.code == "account.wrong_code")
            let email = try await signIn(["email": "new@example.com"], to: "new@example.com", number: 1)
            #expect(email.status == 201 && email.text("account_id") != phone.text("account_id"))
            // A verification's code is not a sign-in's.
            let sent = try await site.call(.post, "/v1/accounts/me/verifications", token: email.text("access_token"), json: ["email": "new@example.com"])
            let code = try await site.code(to: "new@example.com", number: 2)
            #expect(try await site.call(.post, "/v1/sessions", json: ["challenge_id": sent.text("challenge_id"), "code": code]).code == "account.wrong_code")
        }
    }

    @Test("Ten thousand guesses at a number's codes, each from another address and over one day, try at most thirty")
    func guesses() async throws {
        try await AccountsSite.with(limitsClients: false) { site in
            var (challenges, refusedSends): ([String], Int) = ([], 0)
            for _ in 0..<100 {
                let asked = try await site.call(.post, "/v1/sign-in-codes", json: ["phone": "0821234567"])
                if asked.status == 202 { challenges.append(asked.text("challenge_id")) } else { refusedSends += 1 }
                if challenges.count == 5 { site.clock.advance(3600) }
            }
            #expect(challenges.count == 10 && refusedSends == 90)
            let codes = try await (0..<10).asyncMap { try await site.code(to: "+27821234567", number: $0 + 1) }
            // The last code is right at first: the guesser is stopped by limits, not by the codes' age.
            let all = challenges
            let statuses = try await withThrowingTaskGroup(of: Int.self) { group in
                for worker in 0..<8 {
                    group.addTask {
                        var signedIn = 0
                        for guess in stride(from: worker, to: 10_000, by: 8) {
                            let text = String(guess)
                            let code = String(repeating: "0", count: 6 - text.count) + text
                            guard !codes.contains(code) else { continue }
                            let body: [String: any Sendable] = ["challenge_id": all[guess % 10], "code": code]
                            if try await site.call(.post, "/v1/sessions", json: body).status == 201 { signedIn += 1 }
                        }
                        return signedIn
                    }
                }
                return try await group.reduce(0, +)
            }
            #expect(statuses == 0)
            #expect(try await site.count("SELECT sum(attempts) AS count FROM challenges") <= 30)
            #expect(try await site.count("SELECT count(*) FROM challenges WHERE attempts > 5") == 0)
            // Now not even the right code helps, for the rest of the day.
            let right = try await site.call(.post, "/v1/sessions", json: ["challenge_id": all[9], "code": codes[9]])
            #expect([401, 429].contains(right.status))
            site.clock.advance(86_400)
            #expect(try await site.call(.post, "/v1/sign-in-codes", json: ["phone": "0821234567"]).status == 202)
        }
    }

    @Test("A password is tried ten times in a quarter of an hour, right or wrong, wherever from")
    func passwordGuesses() async throws {
        try await AccountsSite.with(limitsClients: false) { site in
            _ = try await site.member("a@example.com")
            for _ in 0..<10 { #expect(try await site.call(.post, "/v1/sessions", json: ["email": "a@example.com", "password": "wrong wrong wrong"]).status == 401) }
            let refused = try await site.call(.post, "/v1/sessions", json: ["email": "a@example.com", "password": Self.password])
            #expect(refused.status == 429 && refused.headers[.retryAfter] != nil)
            site.clock.advance(900)
            #expect(try await site.call(.post, "/v1/sessions", json: ["email": "a@example.com", "password": Self.password]).status == 201)
        }
    }

    @Test("A reset by code sets the password once and ends every sign-in; a changed password ends the others")
    func passwords() async throws {
        try await AccountsSite.with { site in
            let first = try await site.member("a@example.com")
            let other = try await site.call(.post, "/v1/sessions", json: ["email": "a@example.com", "password": Self.password])
            let token = other.text("access_token")
            let wrong = try await site.call(.put, "/v1/accounts/me/password", token: token, json: ["current_password": "no no no no", "password": "four green kettles"])
            #expect(wrong.code == "account.current_password_wrong")
            let weak = try await site.call(.put, "/v1/accounts/me/password", token: token, json: ["current_password": Self.password, "password": "password1234"])
            #expect(weak.status == 400)
            let changed = try await site.call(.put, "/v1/accounts/me/password", token: token, json: ["current_password": Self.password, "password": "four green kettles"])
            #expect(changed.status == 204)
            #expect(try await site.call(.get, "/v1/accounts/me", token: token).status == 200)
            #expect(try await site.call(.get, "/v1/accounts/me", token: first.text("access_token")).status == 401)
            #expect(try await site.call(.post, "/v1/tokens", json: ["refresh_token": first.text("refresh_token")]).code == "account.wrong_token")

            let asked = try await site.call(.post, "/v1/password-resets", json: ["email": "a@example.com"])
            for _ in 0..<100 where !site.outbox.values.contains(where: { $0.purpose == .passwordReset }) { try await Task.sleep(for: .milliseconds(10)) }
            let code = try #require(site.outbox.values.first { $0.purpose == .passwordReset }).code
            let path = "/v1/password-resets/\(asked.text("challenge_id"))/confirmation"
            #expect(try await site.call(.post, path, json: ["code": code, "password": "short"]).status == 400)
            #expect(try await site.call(.post, path, json: ["code": code.lowercased(), "password": "five yellow kettles"]).status == 204)
            #expect(try await site.call(.post, path, json: ["code": code, "password": "six purple kettles"]).code == "account.wrong_code")
            #expect(try await site.call(.get, "/v1/accounts/me", token: token).status == 401)
            #expect(try await site.call(.post, "/v1/sessions", json: ["email": "a@example.com", "password": "five yellow kettles"]).status == 201)
        }
    }

    @Test("With an authenticator app no way of signing in works without it; a code of it works once, a recovery code once")
    func authenticator() async throws {
        try await AccountsSite.with { site in
            let token = try await site.member("a@example.com").text("access_token")
            let begun = try await site.call(.post, "/v1/accounts/me/authenticator", token: token)
            let me = try await site.call(.get, "/v1/accounts/me", token: token)
            let account = try #require(UUID(uuidString: me.text("id")))
            let sealed: [UInt8] = try await site.pool.query("SELECT sealed_secret FROM authenticators")[0].decode("sealed_secret")
            let secret = try #require(FieldCipher(AccountsSite.keys)).openBytes(sealed, at: AccountsFeature.place(account))
            #expect(TOTP.base32(secret) == begun.text("secret") && begun.text("address").contains(begun.text("secret")))
            func code() -> String { TOTP.code(secret: secret, step: TOTP.step(at: site.clock.now)) }
            // Not confirmed yet: signing in goes on as before.
            let signIn: [String: any Sendable] = ["email": "a@example.com", "password": Self.password]
            #expect(try await site.call(.post, "/v1/sessions", json: signIn).status == 201)
            let confirmed = try await site.call(.post, "/v1/accounts/me/authenticator/confirmation", token: token, json: ["code": code()])
            let recovery = try #require(confirmed.json["recovery_codes"] as? [String])
            #expect(Set(recovery).count == 10)
            #expect(try await site.call(.post, "/v1/accounts/me/authenticator", token: token).code == "account.authenticator_there")

            func second(_ code: String) async throws -> AccountsSite.Reply {
                let first = try await site.call(.post, "/v1/sessions", json: signIn)
                #expect(first.status == 202 && first.json["access_token"] == nil)
                return try await site.call(.post, "/v1/sessions", json: ["challenge_id": first.text("challenge_id"), "authenticator_code": code])
            }
            #expect(try await second(code()).code == "account.wrong_code", "the code that confirmed is used")
            site.clock.advance(30)
            #expect(try await second(code()).status == 201)
            #expect(try await second(recovery[0].uppercased()).status == 201)
            #expect(try await second(recovery[0]).code == "account.wrong_code")
            #expect(try await site.call(.post, "/v1/accounts/me/authenticator/removal", token: token, json: ["code": recovery[1]]).status == 204)
            #expect(try await site.call(.post, "/v1/sessions", json: signIn).status == 201)
        }
    }

    @Test("A disabled account is out at once, whatever it holds")
    func disabled() async throws {
        try await AccountsSite.with { site in
            let member = try await site.member("a@example.com")
            try await site.pool.query("UPDATE accounts SET disabled_at = now()")
            #expect(try await site.call(.get, "/v1/accounts/me", token: member.text("access_token")).status == 401)
            #expect(try await site.call(.post, "/v1/tokens", json: ["refresh_token": member.text("refresh_token")]).status == 401)
            #expect(try await site.call(.post, "/v1/sessions", json: ["email": "a@example.com", "password": Self.password]).code == "account.wrong_password")
        }
    }
}

extension Sequence {
    fileprivate func asyncMap<Value>(_ transform: (Element) async throws -> Value) async rethrows -> [Value] {
        var values: [Value] = []
        for element in self { values.append(try await transform(element)) }
        return values
    }
}
