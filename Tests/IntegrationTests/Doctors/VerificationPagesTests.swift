import Foundation
import HTTPTypes
import Postgres
import Testing
import Web

@testable import Doctors

@Suite(
    "Doctors: pages of verification", .enabled(if: TestDatabase.isAvailable && MotoServer.isInstalled, TestDatabase.hint),
    .timeLimit(.minutes(15)))
struct VerificationPagesTests {
    typealias Person = VerificationSite.Person
    static let html: HTTPFields = [.accept: "text/html"]
    static let facts = [
        ("title", "Dr"), ("first_names", "Nomsa"), ("surname", "Dube"), ("hpcsa_number", "MP 0123456"),
        ("category", "independent_practice"),
        ("card_valid_until", "2027-03-31"), ("specialties", "General practice"), ("specialties", ""), ("languages", "en"),
        ("languages", "zu"),
        ("schemes", "gems"), ("practice_name", "Main Road Rooms"), ("practice_address", "1 Main Road\r\nUmbilo"),
        ("practice_city", "Durban"),
        ("practice_province", "KwaZulu-Natal"), ("practice_location", "-29.85, 31.02"),
    ]

    private func page(_ site: VerificationSite, _ path: String = "/verification", as person: Person) async throws -> String {
        let reply = try await site.call(.get, path, as: person, headers: Self.html)
        #expect(reply.status == 200)
        #expect(reply.headers[.cacheControl] == "private, no-store")
        return reply.body
    }

    private func id(_ site: VerificationSite) async throws -> String {
        try await site.database.pool.query("SELECT verification_id::text AS id FROM doctor_verifications ORDER BY created_at DESC")[0]
            .decode("id")
    }

    @Test("A doctor creates a profile by forms alone, and a reviewer verifies it by forms alone") func wholeWay() async throws {
        try await VerificationSite.with { site in
            let doctor = Person()
            #expect(try await page(site, as: doctor).contains("Create a profile"))
            let started = try await site.send("/verification", as: doctor, [("purpose", "new_profile")])
            #expect(started.status == 303)
            #expect(started.headers[.location] == "/verification")
            let id = try await id(site)
            #expect(try await site.send("/verification/facts", as: doctor, Self.facts + [("id", id)]).status == 303)
            let filled = try await page(site, as: doctor)
            for text in ["value=\"Dube\"", "value=\"General practice\"", "value=\"zu\" checked", "Wed 31 March 2027", "Not sent yet."] {
                #expect(filled.contains(text), "\(text)")
            }
            for kind in ["registration_card", "identity"] {
                let sent = try await site.sendFile(
                    Array("%PDF-1.7 \(kind)\r\n--x".utf8), as: doctor, [("form_token", "token"), ("id", id), ("kind", kind)])
                #expect(sent.status == 303, "\(sent.body)")
            }
            #expect(try await !page(site, as: doctor).contains("Not sent yet."))
            #expect(try await site.send("/verification/submission", as: doctor, [("id", id)]).status == 303)
            #expect(try await page(site, as: doctor).contains("A person will check it."))

            let reviewer = Person(role: .administrator)
            #expect(try await page(site, "/admin/verifications", as: reviewer).contains("Dr Nomsa Dube"))
            let address = "/admin/verifications/\(id)"
            #expect(try await page(site, address, as: reviewer).contains("Take this case"))
            let version: Int32 = try await site.database.pool.query("SELECT version FROM doctor_verifications")[0].decode("version")
            #expect(try await site.send("\(address)/review", as: reviewer, [("version", "\(version)")]).status == 303)
            #expect(try await page(site, address, as: reviewer).contains("You have it"))
            #expect(try await page(site, address, as: Person(role: .administrator)).contains("Taken by Thandi"))
            let document: UUID = try await site.database.pool.query("SELECT document_id FROM verification_documents")[0].decode(
                "document_id")
            let opened = try await site.call(.get, "\(address)/documents/\(document)", as: reviewer, headers: Self.html)
            #expect(opened.status == 303)
            #expect(opened.headers[.location]?.contains("X-Amz-Signature=") == true)
            let silent = try await site.send(
                "\(address)/decision", as: reviewer, [("version", "\(version + 1)"), ("decision", "rejected"), ("note", "Why <b>")])
            #expect(silent.status == 400)
            #expect(silent.body.contains("Why &lt;b&gt;</textarea>"))
            let decided = try await site.send(
                "\(address)/decision", as: reviewer,
                [("version", "\(version + 1)"), ("decision", "verified"), ("reason", ""), ("note", "")])
            #expect(decided.status == 303, "\(decided.body)")
            #expect(decided.headers[.location] == "/admin/verifications")
            #expect(try await page(site, "/admin/verifications", as: reviewer).contains("Nobody waits for a decision."))
            #expect(try await page(site, as: doctor).contains("You are verified"))
            let address_: String = try await site.database.pool.query("SELECT address FROM practices")[0].decode("address")
            #expect(address_ == "1 Main Road\nUmbilo")
        }
    }

    @Test("A form with mistakes comes back with what was typed, and each mistake by its field") func mistakes() async throws {
        try await VerificationSite.with { site in
            let doctor = Person()
            _ = try await site.send("/verification", as: doctor, [("purpose", "new_profile")])
            let id = try await id(site)
            let reply = try await site.send(
                "/verification/facts", as: doctor, [("id", id), ("surname", "O'Brien"), ("hpcsa_number", "12"), ("specialties", "magic")])
            #expect(reply.status == 400)
            for text in [
                "value=\"O&#39;Brien\"", "value=\"12\"", "value=\"magic\"", "<title>Error: ", "href=\"#hpcsa_number\"",
                "id=\"hpcsa_number-error\"",
                "href=\"#specialties\"", "id=\"specialties-error\"", "href=\"#first_names\"", "role=\"alert\"",
            ] { #expect(reply.body.contains(text), "\(text)") }
            let early = try await site.send("/verification/submission", as: doctor, [("id", id)])
            #expect(early.status == 409)
            let file = try await site.sendFile(
                Array("<html>".utf8), as: doctor, [("form_token", "token"), ("id", id), ("kind", "identity")])
            #expect(file.status == 422)
            #expect(file.body.contains("PDF, JPEG or PNG"))
            let none = try await site.sendFile([], as: doctor, [("form_token", "token"), ("id", id), ("kind", "identity")])
            #expect(none.status == 422)
            for token in ["", "wrong"] {
                let forged = try await site.sendFile(
                    Array("%PDF-".utf8), as: doctor, [("form_token", token), ("id", id), ("kind", "identity")])
                #expect(forged.status == 403)
            }
            #expect(try await site.database.count("verification_documents") == 0)
        }
    }

    @Test("A reviewer who decides about an older version is shown what there is now") func changedSince() async throws {
        try await VerificationSite.with { site in
            let id = try await site.submitted(
                VerificationTests.newProfile, VerificationSite.facts(more: VerificationSite.practice), as: Person())
            let reply = try await site.send("/admin/verifications/\(id)/review", as: Person(role: .administrator), [("version", "1")])
            #expect(reply.status == 412)
            #expect(reply.body.contains("It was changed meanwhile"))
            #expect(reply.body.contains("Take this case"))
        }
    }

    @Test("A listed profile leads to its claim; a verified and a made-up one do not; nobody claims a made-up doctor") func claims()
        async throws
    {
        try await VerificationSite.with { site in
            let doctorID = try await site.database.addDoctor("d1")
            let link = "/verification?doctor=\(doctorID)"
            func profile() async throws -> String { try await site.call(.get, "/doctors/\(doctorID)", as: nil, headers: Self.html).body }
            #expect(try await profile().contains("href=\"\(link)\""))
            #expect(try await page(site, link, as: Person()).contains("Claim this profile"))
            try await site.database.pool.query("UPDATE doctors SET is_sample = true")
            #expect(try await !profile().contains(link))
            let made = try await site.send("/verification", as: Person(), [("purpose", "claim"), ("doctor_id", "\(doctorID)")])
            #expect(made.status == 409)
            #expect(made.body.contains("made-up doctor"))
        }
    }

    @Test("Everybody else is led to the sign-in, and a page without a store says that documents cannot be taken") func closed() async throws
    {
        try await VerificationSite.with(documents: false) { site in
            let nobody = try await site.call(.get, "/verification", as: nil, headers: Self.html)
            #expect(nobody.headers[.location] == "/sign-in?next=/verification")
            #expect(try await site.call(.get, "/admin/verifications", as: Person(), headers: Self.html).status == 403)
            #expect(try await page(site, as: Person()).contains("Documents cannot be taken here yet"))
        }
    }
}
