import Audit
import Domain
import Foundation
import HTTPTypes
import Postgres
import Testing
import Web

@testable import Accounts

@Suite(.enabled(if: TestDatabase.isAvailable, TestDatabase.hint)) struct PersonTests {
    static let child: [String: any Sendable] = [
        "display_name": "Thabo Mokoena", "birth_date": "2019-03-27", "id_document": "south-african-id", "id_number": "7503305044089",
        "membership_number": "DH-123456", "notes": "asthma", "language": "zu", "scheme": "discovery-health-medical-scheme", "places": ["soweto"],
        "guardian_consent": true,
    ]

    @Test("An account has its own person; dependants need their guardian's consent, which is kept with time and text version")
    func dependants() async throws {
        try await AccountsSite.with { site in
            let member = try await site.member("a@example.com")
            let token = member.text("access_token")
            let account = try #require(UUID(uuidString: member.text("account_id")))
            let list = try await site.call(.get, "/v1/persons", token: token)
            let own = try #require(list.json["data"] as? [[String: Any]])
            #expect(own.count == 1 && own[0]["is_self"] as? Bool == true)
            var without = Self.child
            without["guardian_consent"] = nil
            let refused = try await site.call(.post, "/v1/persons", token: token, json: without)
            #expect(refused.status == 400 && refused.body.contains("guardian_consent"))
            let added = try await site.call(.post, "/v1/persons", token: token, json: Self.child)
            #expect(added.status == 201 && added.text("id_number") == "7503305044089" && added.headers[.eTag] == "\"1\"")
            let row = try await site.pool.query("SELECT consent_by, consent_at, consent_text_version FROM persons WHERE NOT is_self")[0]
            #expect(try row.decode("consent_by") == account && row.decode("consent_at") == site.clock.now)
            #expect(try row.decode("consent_text_version", as: Int32.self) == Int32(PersonStore.consentTextVersion))
            let person = try #require(UUID(uuidString: added.text("id")))
            #expect(try await AccountsFeature.bookablePersons(accountID: account, on: site.pool).map(\.id).last == person)
            #expect(try await AccountsFeature.bookablePersons(accountID: UUID(), on: site.pool).isEmpty)
            #expect(try await site.feature.ownPerson(accountID: account).map { $0.text } == own[0]["id"] as? String)
        }
    }

    @Test("Nobody reads, changes or removes another account's person")
    func others() async throws {
        try await AccountsSite.with { site in
            let token = try await site.member("a@example.com").text("access_token")
            let stranger = try await site.member("b@example.com").text("access_token")
            let id = try await site.call(.post, "/v1/persons", token: token, json: Self.child).text("id")
            var change = Self.child
            change["guardian_consent"] = nil
            #expect(try await site.call(.get, "/v1/persons/\(id)", token: stranger).status == 404)
            #expect(try await site.call(.put, "/v1/persons/\(id)", token: stranger, json: change).status == 404)
            #expect(try await site.call(.delete, "/v1/persons/\(id)", token: stranger).status == 404)
            #expect(try await site.call(.get, "/v1/persons/\(id)").status == 401)
            #expect(try await site.call(.delete, "/v1/persons/\(id)", token: token).status == 204)
            #expect(try await site.call(.get, "/v1/persons/\(id)", token: token).status == 404)
        }
    }

    @Test("An update of another version is refused; one without a version wins; a dependant keeps name and birth date")
    func versions() async throws {
        try await AccountsSite.with { site in
            let token = try await site.member("a@example.com").text("access_token")
            let id = try await site.call(.post, "/v1/persons", token: token, json: Self.child).text("id")
            let change: [String: any Sendable] = ["display_name": "Thabo M", "birth_date": "2019-03-27"]
            #expect(try await site.call(.put, "/v1/persons/\(id)", token: token, json: change, headers: [.ifMatch: "\"7\""]).status == 412)
            let changed = try await site.call(.put, "/v1/persons/\(id)", token: token, json: change, headers: [.ifMatch: "\"1\""])
            #expect(changed.status == 200 && changed.headers[.eTag] == "\"2\"" && changed.json["id_number"] is NSNull)
            #expect(try await site.call(.put, "/v1/persons/\(id)", token: token, json: change, headers: [.ifMatch: "\"1\""]).status == 412)
            #expect(try await site.call(.put, "/v1/persons/\(id)", token: token, json: ["display_name": "Thabo"]).status == 400)
        }
    }

    @Test("Sensitive fields lie sealed; after a new key everything opens, rotation seals all anew, and the old key can go")
    func rotation() async throws {
        try await AccountsSite.with { site in
            let token = try await site.member("a@example.com").text("access_token")
            for _ in 0..<3 { #expect(try await site.call(.post, "/v1/persons", token: token, json: Self.child).status == 201) }
            _ = try await site.call(.post, "/v1/accounts/me/authenticator", token: token)
            let text: String = try await site.pool.query("SELECT string_agg(to_jsonb(p)::text, '') AS text FROM persons p")[0].decode("text")
            for secret in ["7503305044089", "DH-123456", "asthma"] {
                #expect(!text.contains(secret))
                #expect(!text.contains(secret.utf8.map { String(format: "%02x", $0) }.joined()))
            }
            let two = "2:" + String(repeating: "22", count: 32)
            let both = try #require(FieldCipher(AccountsSite.keys + "," + two))
            let store = PersonStore(cipher: both)
            #expect(try await store.persons(withIDNumber: "7503305044089", on: site.pool).count == 3)
            #expect(try await store.persons(withIDNumber: "7503305044088", on: site.pool).isEmpty)
            #expect(try await Operators(pool: site.pool).rotateFieldKeys(both) == 4)
            #expect(try await Operators(pool: site.pool).rotateFieldKeys(both) == 1, "authenticators are sealed again, persons are done")
            let newSite = try AccountsSite(pool: site.pool, keys: two)
            let list = try await newSite.call(.get, "/v1/persons", token: token)
            let persons = try #require(list.json["data"] as? [[String: Any]])
            #expect(persons.filter { $0["id_number"] as? String == "7503305044089" && $0["notes"] as? String == "asthma" }.count == 3)
            #expect(try await PersonStore(cipher: FieldCipher(two)).persons(withIDNumber: "7503305044089", on: site.pool).count == 3)
        }
    }

    @Test("An ID number is checked, and each mistake is named", arguments: [
        ("south-african-id", "8503305044089", "wrong_check_digit"), ("south-african-id", "75033050440", "wrong_length"),
        ("south-african-id", "7513305044089", "no_such_date"), ("none", "7503305044089", "required"), ("passport", "A1234567", ""),
    ])
    func idNumbers(document: String, number: String, code: String) async throws {
        try await AccountsSite.with { site in
            let token = try await site.member("a@example.com").text("access_token")
            var child = Self.child
            (child["id_document"], child["id_number"]) = (document, number)
            let reply = try await site.call(.post, "/v1/persons", token: token, json: child)
            #expect(reply.status == (code.isEmpty ? 201 : 400))
            #expect(reply.body.contains("\"code\":\"\(code)\"") || code.isEmpty)
        }
    }

    @Test("The audit log cannot be changed, not even by who owns the table's rows")
    func audit() async throws {
        try await AccountsSite.with { site in
            _ = try await site.member("a@example.com")
            #expect(try await site.count("SELECT count(*) FROM audit_log WHERE request_id IS NOT NULL AND address_hash IS NOT NULL") == 2)
            for statement in ["UPDATE audit_log SET action = 'a.b'", "DELETE FROM audit_log", "TRUNCATE audit_log"] {
                await #expect(throws: PostgresError.self) { try await site.pool.query(SQL(unescaped: statement)) }
            }
            #expect(try await site.count("SELECT count(*) FROM audit_log") == 2)
            // A line of a transaction that fails is not there.
            struct Failure: Error {}
            await #expect(throws: Failure.self) {
                try await site.pool.transaction { connection in
                    try await AuditLog.append(AuditEntry(actor: nil, action: "test.failed", subject: "test:1"), on: connection)
                    throw Failure()
                }
            }
            #expect(try await site.count("SELECT count(*) FROM audit_log") == 2)
        }
    }

    @Test("A role is given at the command line to a confirmed address, holds at once, and is written down")
    func roles() async throws {
        try await AccountsSite.with { site in
            let member = try await site.member("a@example.com")
            let operators = Operators(pool: site.pool)
            await #expect(throws: Operators.Refusal.self) { try await operators.grant(role: "administrator", email: "b@example.com") }
            await #expect(throws: Operators.Refusal.self) { try await operators.grant(role: "king", email: "a@example.com") }
            try await operators.grant(role: "administrator", email: "A@example.com")
            try await operators.grant(role: "administrator", email: "a@example.com")
            let me = try await site.call(.get, "/v1/accounts/me", token: member.text("access_token"))
            #expect(me.json["roles"] as? [String] == ["administrator", "patient"])
            #expect(try await site.count("SELECT count(*) FROM audit_log WHERE action = 'role.granted-administrator'") == 1)
        }
    }

    @Test("Whom an account acts for, and how somebody is reached: proven addresses only")
    func forOthers() async throws {
        try await AccountsSite.with { site in
            let signedUp = try await site.call(.post, "/v1/accounts", json: ["email": "a@example.com", "password": "three blue kettles"])
            let account = try #require(UUID(uuidString: signedUp.text("account_id")))
            let principal = Principal(accountID: account, sessionID: UUID(), roles: [.patient])
            #expect(try await site.feature.contact(accountID: account) == Contact(email: nil, phone: nil, language: nil, pushTokens: []))
            #expect(try await site.feature.contact(accountID: UUID()) == nil)
            try await site.pool.query("UPDATE accounts SET email_verified_at = now()")
            #expect(try await site.feature.contact(accountID: account)?.email == "a@example.com")
            #expect(try await AccountsFeature.actsFor(principal, on: site.pool) == ActsFor(doctorIDs: [], practiceIDs: []))
            try await site.pool.transaction { connection in
                try await site.feature.linkDoctor(12, to: account, by: nil, requestID: nil, on: connection)
                try await site.feature.addStaff(practiceID: 3, account: account, by: nil, requestID: nil, on: connection)
            }
            func acts(as roles: Set<Principal.Role>) async throws -> ActsFor {
                try await AccountsFeature.actsFor(Principal(accountID: account, sessionID: UUID(), roles: roles), on: site.pool)
            }
            #expect(try await acts(as: AccountsFeature.roles(of: account, on: site.pool)) == ActsFor(doctorIDs: [12], practiceIDs: [3]))
            #expect(try await acts(as: [.patient, .staff]) == ActsFor(doctorIDs: [], practiceIDs: [3]), "a link without its role was taken away")
            #expect(try await acts(as: [.patient]) == ActsFor(doctorIDs: [], practiceIDs: []))
            let me = try await site.call(.get, "/v1/accounts/me", token: signedUp.text("access_token"))
            #expect(me.json["roles"] as? [String] == ["doctor", "patient", "staff"])
        }
    }
}
