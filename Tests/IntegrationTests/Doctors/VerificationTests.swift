import Domain
import Foundation
import HTTPTypes
import Postgres
import Testing
import Web

@testable import Doctors

@Suite(
    "Doctors: verification", .enabled(if: TestDatabase.isAvailable && MotoServer.isInstalled, TestDatabase.hint), .timeLimit(.minutes(15)))
struct VerificationTests {
    typealias Person = VerificationSite.Person
    static let administrator = Person(role: .administrator)
    static let newProfile = #"{"purpose": "new_profile"}"#

    @Test("A claim goes from draft to verified, and the profile, the account and the audit log follow in the same transactions")
    func claim() async throws {
        try await VerificationSite.with { site in
            let doctor = Person()
            let doctorID = try await site.database.addDoctor("d1")
            let id = try await site.submitted(#"{"purpose": "claim", "doctor_id": "\#(doctorID)"}"#, VerificationSite.facts(), as: doctor)
            #expect(try await site.doctorState(doctorID) == "submitted")
            let reviewer = Self.administrator
            let read = try await site.call(.get, "/v1/verifications/\(id)", as: reviewer)
            let taken = try await site.call(.post, "/v1/verifications/\(id)/review", as: reviewer, ifMatch: read.tag)
            #expect(try taken.state == "in_review")
            #expect(try await site.doctorState(doctorID) == "in_review")
            let decided = try await site.call(
                .post, "/v1/verifications/\(id)/decision", as: reviewer, #"{"decision": "verified"}"#, ifMatch: taken.tag)
            #expect(try decided.state == "verified")
            #expect(try await site.doctorState(doctorID) == "verified")
            let profile = try await site.call(.get, "/v1/doctors/\(doctorID)", as: nil).json
            #expect(profile["name"] as? String == "Dr Nomsa Dube")
            #expect(profile["hpcsa_number"] as? String == "MP0123456")
            #expect((profile["languages"] as? [[String: String]])?.map { $0["code"] } == ["en", "zu"])
            #expect(try await site.database.count("doctor_practices") == 1)
            #expect(try await site.database.count("test_links WHERE account_id = '\(doctor.id)' AND doctor_id = \(doctorID)") == 1)
            #expect(try await site.audit() == ["verification.read", "verification.taken", "verification.verified"])
            let event = try #require(try await site.events().first)
            #expect(event.name == "doctor.verification-decided")
            #expect(event.payload["decision"] as? String == "verified")
            #expect(event.payload["account_id"] as? String == doctor.id.uuidString.lowercased())
            #expect(event.payload["valid_until"] as? String == "2027-03-31")
        }
    }

    @Test("A new profile is nobody's to see until it is verified, and then has all it said") func newProfile() async throws {
        try await VerificationSite.with { site in
            let doctor = Person()
            let id = try await site.submitted(
                Self.newProfile, VerificationSite.facts(specialties: #"["General practice"]"#, more: VerificationSite.practice), as: doctor)
            #expect(try await site.database.count("doctors") == 0)
            let decided = try await site.decide(id, as: Self.administrator)
            let doctorID = try #require(try decided.json["doctor_id"] as? String)
            let profile = try await site.call(.get, "/v1/doctors/\(doctorID)", as: nil).json
            #expect(profile["verification"] as? String == "verified")
            let practice = try #require((profile["practices"] as? [[String: Any]])?.first)
            #expect(practice["city"] as? String == "Durban")
            #expect(practice["location"] as? NSDictionary == ["lat": -29.85, "lon": 31.02])
            #expect((profile["specialties"] as? [[String: String]])?.map { $0["slug"] } == ["gp"])
        }
    }

    @Test("Of many accounts that claim one doctor at once, one does") func concurrentClaims() async throws {
        try await VerificationSite.with { site in
            let doctorID = try await site.database.addDoctor("d1")
            let statuses = try await withThrowingTaskGroup(of: Int.self) { group in
                for _ in 0..<12 {
                    group.addTask {
                        try await site.call(.post, "/v1/verifications", as: Person(), #"{"purpose": "claim", "doctor_id": "\#(doctorID)"}"#)
                            .status
                    }
                }
                return try await group.reduce(into: []) { $0.append($1) }
            }
            #expect(statuses.sorted() == [201] + Array(repeating: 409, count: 11))
            #expect(try await site.database.count("doctor_verifications") == 1)
        }
    }

    @Test("An account has one case at a time, however often it asks at once, and one profile") func oneCase() async throws {
        try await VerificationSite.with { site in
            let person = Person()
            let statuses = try await withThrowingTaskGroup(of: Int.self) { group in
                for _ in 0..<8 { group.addTask { try await site.call(.post, "/v1/verifications", as: person, Self.newProfile).status } }
                return try await group.reduce(into: []) { $0.append($1) }
            }
            #expect(statuses.sorted() == [201] + Array(repeating: 409, count: 7))
            let (doctor, doctorID) = try await site.verifiedDoctor()
            let other = try await site.database.addDoctor("d2")
            let second = try await site.call(.post, "/v1/verifications", as: doctor, #"{"purpose": "claim", "doctor_id": "\#(other)"}"#)
            #expect(second.code == "verification.has_profile")
            let thief = try await site.call(.post, "/v1/verifications", as: Person(), #"{"purpose": "claim", "doctor_id": "\#(doctorID)"}"#)
            #expect(thief.code == "verification.doctor_taken")
        }
    }

    @Test("Of two reviewers who decide about one version, one does; the other is told that it changed") func twoReviewers() async throws {
        try await VerificationSite.with { site in
            let id = try await site.submitted(Self.newProfile, VerificationSite.facts(more: VerificationSite.practice), as: Person())
            let reviewers = [Person(role: .administrator), Person(role: .administrator)]
            let tag = try await site.call(.get, "/v1/verifications/\(id)", as: reviewers[0]).tag
            let takes = try await withThrowingTaskGroup(of: (Int, Person, String).self) { group in
                for reviewer in reviewers {
                    group.addTask {
                        let reply = try await site.call(.post, "/v1/verifications/\(id)/review", as: reviewer, ifMatch: tag)
                        return (reply.status, reviewer, reply.tag)
                    }
                }
                return try await group.reduce(into: []) { $0.append($1) }
            }
            #expect(takes.map(\.0).sorted() == [200, 412])
            let (_, winner, taken) = try #require(takes.first { $0.0 == 200 })
            let loser = try #require(takes.first { $0.0 == 412 }).1
            let other = try await site.call(
                .post, "/v1/verifications/\(id)/decision", as: loser, #"{"decision": "verified"}"#, ifMatch: taken)
            #expect(other.code == "verification.taken")
            // the winner sends both decisions from two windows
            let decisions = [#"{"decision": "verified"}"#, #"{"decision": "rejected", "reason": "other", "note": "No."}"#]
            let statuses = try await withThrowingTaskGroup(of: Int.self) { group in
                for decision in decisions {
                    group.addTask {
                        try await site.call(.post, "/v1/verifications/\(id)/decision", as: winner, decision, ifMatch: taken).status
                    }
                }
                return try await group.reduce(into: []) { $0.append($1) }
            }
            #expect(statuses.sorted() == [200, 412])
            #expect(try await site.events().count == 1)
            #expect(try await site.audit().filter { ["verification.verified", "verification.rejected"].contains($0) }.count == 1)
            let silent = try await site.call(.post, "/v1/verifications/\(id)/decision", as: winner, #"{"decision": "verified"}"#)
            #expect(silent.status == 428)
        }
    }

    @Test("A rejection needs its reason, is told to the doctor, leaves a listed profile listed and lets the doctor try again")
    func rejection() async throws {
        try await VerificationSite.with { site in
            let doctor = Person()
            let doctorID = try await site.database.addDoctor("d1")
            let start = #"{"purpose": "claim", "doctor_id": "\#(doctorID)"}"#
            let id = try await site.submitted(start, VerificationSite.facts(), as: doctor)
            let read = try await site.call(.get, "/v1/verifications/\(id)", as: Self.administrator)
            let taken = try await site.call(.post, "/v1/verifications/\(id)/review", as: Self.administrator, ifMatch: read.tag)
            for (body, fields) in [
                (#"{"decision": "rejected"}"#, ["reason", "note"]), (#"{"decision": "rejected", "reason": "other"}"#, ["note"]),
                (#"{"decision": "rejected", "reason": "spite", "note": "x"}"#, ["reason"]), (#"{}"#, ["decision"]),
                (#"{"decision": "verified", "note": "well done"}"#, ["note"]),
            ] {
                let refused = try await site.call(
                    .post, "/v1/verifications/\(id)/decision", as: Self.administrator, body, ifMatch: taken.tag)
                #expect(refused.status == 400)
                #expect(refused.fields == fields)
            }
            let decided = try await site.call(
                .post, "/v1/verifications/\(id)/decision", as: Self.administrator,
                #"{"decision": "rejected", "reason": "document_unreadable", "note": "The card is blurred.\nSend it again."}"#,
                ifMatch: taken.tag)
            #expect(decided.status == 200)
            #expect(try await site.doctorState(doctorID) == "unverified")
            let told = try await site.call(.get, "/v1/verifications/\(id)", as: doctor).json
            #expect(told["reason"] as? String == "document_unreadable")
            #expect(told["note"] as? String == "The card is blurred.\nSend it again.")
            #expect(try await site.events().map { $0.payload["reason"] as? String } == ["document_unreadable"])
            #expect(try await site.call(.post, "/v1/verifications", as: doctor, start).status == 201)
        }
    }

    @Test("A changed name shows only once it is reviewed; until then the doctor stays as verified and bookable as before")
    func changedName() async throws {
        try await VerificationSite.with { site in
            let (doctor, doctorID) = try await site.verifiedDoctor()
            let id = try await site.submitted(#"{"purpose": "change"}"#, VerificationSite.facts(surname: "Dube-Nkosi"), as: doctor)
            func name() async throws -> String? { try await site.call(.get, "/v1/doctors/\(doctorID)", as: nil).json["name"] as? String }
            #expect(try await name() == "Dr Nomsa Dube")
            #expect(try await DoctorsFeature.bookableDoctor(doctorID, on: site.database.pool)?.isVerified == true)
            try await site.decide(
                id, #"{"decision": "rejected", "reason": "identity_mismatch", "note": "Show your marriage certificate."}"#,
                as: Self.administrator)
            #expect(try await name() == "Dr Nomsa Dube")
            #expect(try await DoctorsFeature.bookableDoctor(doctorID, on: site.database.pool)?.isVerified == true)
            let again = try await site.submitted(#"{"purpose": "change"}"#, VerificationSite.facts(surname: "Dube-Nkosi"), as: doctor)
            try await site.decide(again, as: Self.administrator)
            #expect(try await name() == "Dr Nomsa Dube-Nkosi")
            let states = try await site.database.pool.query("SELECT state FROM doctor_verifications ORDER BY created_at").map {
                try $0.decode("state", as: String.self)
            }
            #expect(states == ["replaced", "rejected", "verified"])
        }
    }

    @Test(
        "After 31 March the doctor is not bookable, is told once, and a renewal makes it right; reminders come 30 and 7 days before, once each"
    )
    func expiry() async throws {
        try await VerificationSite.with { site in
            let (doctor, doctorID) = try await site.verifiedDoctor()
            let job = site.feature.verificationJob
            func run(_ day: String) async throws {
                site.clock.go(to: try #require(LocalDay(day)).at(minute: 600))
                for _ in 0..<2 {
                    try await job.expire()
                    try await job.remind()
                }
            }
            for day in ["2027-02-28", "2027-03-01", "2027-03-23", "2027-03-24", "2027-03-31"] { try await run(day) }
            let reminders = try await site.events().filter { $0.name == "doctor.verification-expiring" }
            #expect(reminders.map { $0.payload["days_left"] as? Int } == [30, 7])
            #expect(try await site.doctorState(doctorID) == "verified")
            try await run("2027-04-01")
            #expect(try await site.doctorState(doctorID) == "unverified")
            #expect(try await DoctorsFeature.bookableDoctor(doctorID, on: site.database.pool)?.isVerified == false)
            #expect(try await site.events().filter { $0.name == "doctor.verification-expired" }.count == 1)
            // nobody else takes it meanwhile
            let thief = try await site.call(.post, "/v1/verifications", as: Person(), #"{"purpose": "claim", "doctor_id": "\#(doctorID)"}"#)
            #expect(thief.code == "verification.doctor_taken")
            let started = try await site.call(.post, "/v1/verifications", as: doctor, #"{"purpose": "renewal"}"#)
            let id = try started.id
            let other = try await site.call(.put, "/v1/verifications/\(id)", as: doctor, VerificationSite.facts(surname: "Other"))
            #expect(other.code == "verification.renewal_changes_facts")
            try await site.upload("registration_card", to: id, as: doctor)
            let old = try await site.call(.post, "/v1/verifications/\(id)/submission", as: doctor)
            #expect(old.code == "verification.card_end")
            let facts = VerificationSite.facts().replacing("2027-03-31", with: "2028-03-31")
            #expect(try await site.call(.put, "/v1/verifications/\(id)", as: doctor, facts).status == 200)
            #expect(try await site.call(.post, "/v1/verifications/\(id)/submission", as: doctor).status == 200)
            #expect(try await site.decide(id, as: Self.administrator).status == 200)
            #expect(try await site.doctorState(doctorID) == "verified")
            try await run("2027-04-02")
            #expect(try await site.doctorState(doctorID) == "verified")
        }
    }

    @Test("Nobody is reminded whose renewal is under way, and a card that ran out before the decision verifies nobody") func underWay()
        async throws
    {
        try await VerificationSite.with { site in
            let (doctor, _) = try await site.verifiedDoctor()
            site.clock.go(to: try #require(LocalDay("2027-03-20")).at(minute: 600))
            let id = try await site.submitted(
                #"{"purpose": "renewal"}"#, VerificationSite.facts(), as: doctor, documents: ["registration_card"])
            try await site.feature.verificationJob.remind()
            #expect(try await site.events().allSatisfy { $0.name != "doctor.verification-expiring" })
            site.clock.go(to: try #require(LocalDay("2027-04-01")).at(minute: 0))
            #expect(try await site.decide(id, as: Self.administrator).code == "verification.card_over")
        }
    }

    @Test("Submission names what is missing: facts, category, title, documents") func incomplete() async throws {
        try await VerificationSite.with { site in
            let person = Person()
            let id = try await site.call(.post, "/v1/verifications", as: person, Self.newProfile).id
            func submit() async throws -> VerificationSite.Reply {
                try await site.call(.post, "/v1/verifications/\(id)/submission", as: person)
            }
            func say(_ facts: String) async throws -> VerificationSite.Reply {
                try await site.call(.put, "/v1/verifications/\(id)", as: person, facts)
            }
            #expect(try await submit().code == "verification.facts_missing")
            #expect(try await say(VerificationSite.facts()).code == "verification.practice_missing")
            let facts = VerificationSite.facts(more: VerificationSite.practice)
            #expect(try await say(facts.replacing("independent_practice", with: "intern")).status == 200)
            #expect(try await submit().code == "verification.category_not_accepted")
            #expect(try await say(facts.replacing("independent_practice", with: "specialist")).status == 200)
            #expect(try await submit().code == "verification.register_without_title")
            #expect(try await say(facts.replacing("2027-03-31", with: "2028-03-31")).status == 200)
            #expect(try await submit().code == "verification.card_end")
            #expect(try await say(facts).status == 200)
            let missing = try await submit()
            #expect(missing.code == "verification.documents_missing")
            #expect(missing.body.contains("registration_card, identity"))
            let wrong = try await say(
                #"{"first_names": "A\u0001", "hpcsa_number": "12", "category": "king", "card_valid_until": "2027-04-01", "specialties": ["magic"], "practice_city": "Durban", "x": 1}"#
            )
            #expect(wrong.status == 400)
            #expect(
                Set(wrong.fields) == [
                    "first_names", "surname", "hpcsa_number", "category", "card_valid_until", "specialties", "practice_name",
                    "practice_address",
                    "practice_province", "practice_location", "x",
                ])
            #expect(Set(wrong.fields).count == wrong.fields.count)
        }
    }

    @Test("A number that another listed doctor has is refused at submission, and by the constraint at the decision") func numberTaken()
        async throws
    {
        try await VerificationSite.with { site in
            let other = try await site.database.addDoctor("other")
            try await site.database.pool.query("UPDATE doctors SET hpcsa_number = 'MP0123456' WHERE doctor_id = \(other)")
            let early = Person()
            let id = try await site.ready(Self.newProfile, VerificationSite.facts(more: VerificationSite.practice), as: early)
            #expect(try await site.call(.post, "/v1/verifications/\(id)/submission", as: early).code == "verification.number_taken")
            let person = Person()
            let second = try await site.submitted(
                Self.newProfile, VerificationSite.facts(number: "MP0999999", more: VerificationSite.practice), as: person)
            try await site.database.pool.query("UPDATE doctors SET hpcsa_number = 'MP0999999' WHERE doctor_id = \(other)")
            #expect(try await site.decide(second, as: Self.administrator).code == "verification.number_taken")
            #expect(try await site.call(.get, "/v1/verifications/\(second)", as: person).state == "in_review")
            #expect(try await site.database.count("doctors") == 1)
            #expect(try await site.database.count("test_audit WHERE action = 'verification.verified'") == 0)
        }
    }

    @Test("Cases of others are nobody's: reading, changing, sending, submitting, withdrawing answer 404; drafts are not for reviewers")
    func ownership() async throws {
        try await VerificationSite.with { site in
            let id = try await site.call(.post, "/v1/verifications", as: Person(), Self.newProfile).id
            let stranger = Person()
            let calls: [(HTTPRequest.Method, String, String)] = [
                (.get, "", ""), (.put, "", VerificationSite.facts(more: VerificationSite.practice)), (.post, "/submission", ""),
                (.post, "/withdrawal", ""),
                (.post, "/documents", #"{"kind": "identity", "content_type": "image/png", "size_bytes": 10}"#),
            ]
            for (method, path, body) in calls {
                #expect(
                    try await site.call(method, "/v1/verifications/\(id)\(path)", as: stranger, body).status == 404, "\(method) \(path)")
            }
            #expect(try await site.call(.get, "/v1/verifications/\(id)", as: Self.administrator).status == 404)
            #expect(try await site.call(.get, "/v1/verifications", as: stranger).body == #"{"data":[],"next_cursor":null}"#)
            #expect(try await site.call(.get, "/v1/verification-queue", as: stranger).status == 403)
            #expect(try await site.call(.get, "/v1/verifications/\(id)", as: nil).status == 401)
            let reviewer = Self.administrator
            let own = try await site.submitted(Self.newProfile, VerificationSite.facts(more: VerificationSite.practice), as: reviewer)
            let tag = try await site.call(.get, "/v1/verifications/\(own)", as: reviewer).tag
            #expect(
                try await site.call(.post, "/v1/verifications/\(own)/review", as: reviewer, ifMatch: tag).code == "verification.own_case")
        }
    }

    @Test("The queue has the oldest first, page by page, and every reading of it is written down") func queue() async throws {
        try await VerificationSite.with { site in
            var ids: [String] = []
            for number in 0..<3 {
                site.clock.go(to: DocumentBucketTests.now + Double(number))
                ids.append(
                    try await site.submitted(
                        Self.newProfile, VerificationSite.facts(number: "MP012345\(number)", more: VerificationSite.practice), as: Person())
                )
            }
            let first = try await site.call(.get, "/v1/verification-queue?limit=2", as: Self.administrator).json
            #expect((first["data"] as? [[String: Any]])?.map { $0["id"] as? String } == [ids[0], ids[1]])
            let cursor = try #require(first["next_cursor"] as? String)
            let rest = try await site.call(.get, "/v1/verification-queue?limit=2&cursor=\(cursor)", as: Self.administrator).json
            #expect((rest["data"] as? [[String: Any]])?.map { $0["id"] as? String } == [ids[2]])
            #expect(rest["next_cursor"] is NSNull)
            #expect(try await site.call(.get, "/v1/verification-queue?cursor=x", as: Self.administrator).fields == ["cursor"])
            #expect(try await site.audit().filter { $0 == "verification.queue-read" }.count == 2)
            let tag = try await site.call(.get, "/v1/verifications/\(ids[0])", as: Self.administrator).tag
            let taken = try await site.call(.post, "/v1/verifications/\(ids[0])/review", as: Self.administrator, ifMatch: tag)
            let back = try await site.call(
                .delete, "/v1/verifications/\(ids[0])/review", as: Person(role: .administrator), ifMatch: taken.tag)
            #expect(try back.state == "submitted")
        }
    }

    @Test("A write sent twice with one key has one effect and one answer") func idempotent() async throws {
        try await VerificationSite.with { site in
            let person = Person()
            let key: HTTPFields = [HTTPField.Name("Idempotency-Key")!: "k1"]
            let first = try await site.call(.post, "/v1/verifications", as: person, Self.newProfile, headers: key)
            let second = try await site.call(.post, "/v1/verifications", as: person, Self.newProfile, headers: key)
            #expect(first.status == 201)
            #expect(second.status == 201)
            #expect(first.body == second.body)
            #expect(try await site.database.count("doctor_verifications") == 1)
        }
    }

    @Test("A draft that nobody goes on with lets go of its profile after two weeks") func staleDrafts() async throws {
        try await VerificationSite.with { site in
            let doctorID = try await site.database.addDoctor("d1")
            let start = #"{"purpose": "claim", "doctor_id": "\#(doctorID)"}"#
            #expect(try await site.call(.post, "/v1/verifications", as: Person(), start).status == 201)
            site.clock.go(to: Date() + 13 * 86_400)
            try await site.feature.verificationJob.withdrawStaleDrafts()
            #expect(try await site.call(.post, "/v1/verifications", as: Person(), start).code == "verification.doctor_claimed")
            site.clock.go(to: Date() + 15 * 86_400)
            try await site.feature.verificationJob.withdrawStaleDrafts()
            #expect(try await site.call(.post, "/v1/verifications", as: Person(), start).status == 201)
        }
    }

    @Test("An import leaves what was verified as it is, and changes everybody else") func imports() async throws {
        try await VerificationSite.with { site in
            let (_, doctorID) = try await site.verifiedDoctor()
            let lines = #"{"id":"d1","name":"Dr Imposter","specialties":["skin"]}"# + "\n" + #"{"id":"d2","name":"Dr Two"}"#
            try await withTemporaryFile("doctors.jsonl", lines.utf8) { path in
                _ = try await DoctorImporter(pool: site.database.pool).importDoctors(at: path, format: .jsonLines)
            }
            let profile = try await site.call(.get, "/v1/doctors/\(doctorID)", as: nil).json
            #expect(profile["name"] as? String == "Dr Nomsa Dube")
            #expect(profile["verification"] as? String == "verified")
            #expect(try await site.database.count("doctors WHERE display_name = 'Dr Two'") == 1)
        }
    }
}
