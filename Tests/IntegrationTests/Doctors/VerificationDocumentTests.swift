import CurlClient
import Foundation
import HTTPTypes
import Postgres
import Testing
import Web

@testable import Doctors

@Suite(
    "Doctors: documents of a verification", .enabled(if: TestDatabase.isAvailable && MotoServer.isInstalled, TestDatabase.hint),
    .timeLimit(.minutes(15)))
struct VerificationDocumentTests {
    typealias Person = VerificationSite.Person
    static let administrator = Person(role: .administrator)

    @Test("A file that is missing, larger, or of another kind than was said is refused; only what was checked counts") func checks()
        async throws
    {
        try await VerificationSite.with { site in
            let person = Person()
            let id = try await site.call(.post, "/v1/verifications", as: person, VerificationTests.newProfile).id
            func offer(_ size: Int) async throws -> (path: String, url: String) {
                let reply = try await site.call(
                    .post, "/v1/verifications/\(id)/documents", as: person,
                    #"{"kind": "identity", "content_type": "application/pdf", "size_bytes": \#(size)}"#)
                let upload = try #require(try reply.json["upload"] as? [String: Any])
                return ("/v1/verifications/\(id)/documents/\(try reply.id)/check", try #require(upload["url"] as? String))
            }
            let (path, url) = try await offer(9)
            #expect(try await site.call(.post, path, as: person).code == "verification.document_not_there")
            try await site.put(Array("%PDF-1.7 and more".utf8), at: url)
            #expect(try await site.call(.post, path, as: person).code == "verification.document_size")
            try await site.put(Array("<html>123".utf8), at: url)
            #expect(try await site.call(.post, path, as: person).code == "verification.document_type")
            try await site.put(Array("%PDF-1.7\n".utf8), at: url)
            #expect(try await site.call(.post, path, as: Person()).status == 404)
            #expect(try await site.call(.post, path, as: person).status == 200)
            let (second, _) = try await offer(9)
            #expect(try await site.call(.post, path, as: person).status == 404)
            #expect(try await site.call(.post, second, as: person).code == "verification.document_not_there")
            #expect(try await site.database.count("abandoned_documents") == 1)
        }
    }

    @Test(
        "Sizes and types beyond the bounds get no address",
        arguments: [
            (#"{"kind": "identity", "content_type": "text/html", "size_bytes": 10}"#, "content_type"),
            (#"{"kind": "identity", "content_type": "image/png", "size_bytes": 10485761}"#, "size_bytes"),
            (#"{"kind": "identity", "content_type": "image/png", "size_bytes": 0}"#, "size_bytes"),
            (#"{"kind": "selfie", "content_type": "image/png", "size_bytes": 10}"#, "kind"),
        ])
    func bounds(_ body: String, _ field: String) async throws {
        try await VerificationSite.with { site in
            let person = Person()
            let id = try await site.call(.post, "/v1/verifications", as: person, VerificationTests.newProfile).id
            let refused = try await site.call(.post, "/v1/verifications/\(id)/documents", as: person, body)
            #expect(refused.status == 400)
            #expect(refused.fields == [field])
        }
    }

    @Test("A reviewer reads a document for five minutes, which is written down; a file exchanged after its check is not shown")
    func views() async throws {
        try await VerificationSite.with { site in
            let person = Person()
            let id = try await site.ready(VerificationTests.newProfile, VerificationSite.facts(more: VerificationSite.practice), as: person)
            let documents = try #require(
                try await site.call(.get, "/v1/verifications/\(id)", as: person).json["documents"] as? [[String: Any]])
            let path = "/v1/verifications/\(id)/documents/\(try #require(documents[0]["id"] as? String))"
            #expect(try await site.call(.get, path, as: Self.administrator).status == 404)
            #expect(try await site.call(.post, "/v1/verifications/\(id)/submission", as: person).status == 200)
            #expect(try await site.call(.get, path, as: person).status == 403)
            let view = try await site.call(.get, path, as: Self.administrator)
            #expect(view.status == 200)
            let url = try #require(try view.json["url"] as? String)
            #expect(url.contains("X-Amz-Expires=300&"))
            // moto does not heed it
            #expect(url.contains("response-content-disposition=attachment"))
            let moto = try await MotoServer.shared.value
            let read = try await moto.http.send(CurlRequest(url: url))
            #expect(read.body.starts(with: Array("%PDF".utf8)))
            #expect(try await site.audit() == ["verification.document-read"])
            let key: String = try await site.database.pool.query("SELECT object_key FROM verification_documents ORDER BY kind")[0].decode(
                "object_key")
            let other = try DocumentBucketTests.bucket(moto.url).uploadAddress(key, .pdf, sizeBytes: 9, at: Date(), secondsValid: 60)
            try await site.put(Array("%PDF-evil".utf8), at: other)
            #expect(try await site.call(.get, path, as: Self.administrator).code == "verification.document_changed")
        }
    }

    @Test("Without a store, submission and documents say that they cannot be taken here") func withoutStore() async throws {
        try await VerificationSite.with(documents: false) { site in
            let person = Person()
            let id = try await site.call(.post, "/v1/verifications", as: person, VerificationTests.newProfile).id
            let offer = try await site.call(
                .post, "/v1/verifications/\(id)/documents", as: person,
                #"{"kind": "identity", "content_type": "image/png", "size_bytes": 10}"#)
            #expect(offer.status == 503)
            #expect(offer.code == "verification.documents_not_taken")
            #expect(try await site.call(.post, "/v1/verifications/\(id)/submission", as: person).status == 503)
        }
    }

    @Test("Documents of a case that ended are deleted after 90 days, replaced ones soon; what stands keeps its own") func retention()
        async throws
    {
        try await VerificationSite.with { site in
            _ = try await site.verifiedDoctor()
            let person = Person()
            let id = try await site.ready(VerificationTests.newProfile, VerificationSite.facts(more: VerificationSite.practice), as: person)
            try await site.upload("identity", to: id, as: person)
            #expect(try await site.call(.post, "/v1/verifications/\(id)/withdrawal", as: person).status == 200)
            let keys = try await site.database.pool.query(
                "SELECT object_key FROM verification_documents WHERE verification_id::text = \(id)"
            ).map { try $0.decode("object_key", as: String.self) }
            let bucket = try DocumentBucketTests.bucket(try await MotoServer.shared.value.url)
            let job = site.feature.verificationJob
            #expect(try await site.database.count("abandoned_documents") == 1)
            site.clock.go(to: Date() + 89 * 86_400)
            try await job.deleteDocuments()
            #expect(try await site.database.count("abandoned_documents") == 0)
            #expect(try await bucket.object(keys[0]) != nil)
            site.clock.go(to: Date() + 91 * 86_400)
            try await job.deleteDocuments()
            for key in keys { #expect(try await bucket.object(key) == nil) }
            #expect(try await site.database.count("verification_documents") == 2)
        }
    }
}
