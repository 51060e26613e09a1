import Doctors
import Foundation
import HTTPTypes
import Hummingbird
import Logging
import NIOCore
import Postgres
import Synchronization
import Testing
import Web

@Suite("Doctors: HTTP", .enabled(if: TestDatabase.isAvailable, TestDatabase.hint), .timeLimit(.minutes(15)))
struct DoctorsHTTPTests {
    @Test("A profile has everything, with fees only where the practice shows them") func profile() async throws {
        try await withSite { site in
            let reply = try await site.get("/v1/doctors/\(site.doctorID)")
            #expect(reply.status == 200)
            let json = try #require(try JSONSerialization.jsonObject(with: Data(reply.body.utf8)) as? [String: Any])
            #expect(json["id"] as? String == "\(site.doctorID)")
            #expect(json["name"] as? String == "Dr <Ann> B")
            #expect(json["rating"] as? Double == 4.25)
            #expect(json["title"] is NSNull)
            #expect((json["languages"] as? [[String: String]])?.contains(["code": "zu", "name": "isiZulu"]) == true)
            #expect(json["schemes"] as? [[String: String]] == [["slug": "gems", "name": "GEMS"]])
            let practices = try #require(json["practices"] as? [[String: Any]])
            #expect(practices.map { $0["city"] as? String } == ["Johannesburg", "Durban"])
            let fees = try #require(practices[0]["fees"] as? [String: Any])
            #expect(fees["first_visit"] as? NSDictionary == ["amount_cents": 65000, "currency": "ZAR"])
            #expect(fees["video"] is NSNull)
            #expect(practices[1]["fees"] is NSNull)
            #expect(practices[0]["next_available"] as? String == "2026-08-29T12:40:00+02:00")
            #expect(practices[0]["location"] as? NSDictionary == ["lat": -26.1, "lon": 28])
        }
    }

    @Test("The entity tag answers 304 until something changes") func entityTag() async throws {
        try await withSite { site in
            let path = "/v1/doctors/\(site.doctorID)"
            let tag = try #require(try await site.get(path).headers[.eTag])
            for sent in [tag, "W/\(tag)", "\"x\", \(tag)", "*"] {
                let again = try await site.get(path, ifNoneMatch: sent)
                #expect(again.status == 304)
                #expect(again.body.isEmpty)
                #expect(again.headers[.eTag] == tag)
            }
            #expect(try await site.get(path, ifNoneMatch: "\"x\"").status == 200)
            try await site.database.pool.query("UPDATE fees SET amount_cents = 1")
            #expect(try await site.get(path, ifNoneMatch: tag).status == 200)
        }
    }

    @Test("Unknown, hidden and malformed ids are problems with their own codes") func problems() async throws {
        try await withSite { site in
            let missing = try await site.get("/v1/doctors/999999")
            #expect(missing.status == 404)
            #expect(missing.body.contains(#""code":"doctors.not_found""#))
            for id in ["abc", "0", "9223372036854775808"] {
                let refused = try await site.get("/v1/doctors/\(id)")
                #expect(refused.status == 400)
                #expect(refused.body.contains(#""field":"id""#))
            }
            #expect(try await site.get("/v1/doctors/\(site.doctorID)?colour=red").status == 400)
            try await site.database.pool.query("UPDATE doctors SET verification_state = 'suspended'")
            #expect(try await site.get("/v1/doctors/\(site.doctorID)").status == 404)
        }
    }

    @Test("Vocabularies are cacheable lists", arguments: [
        ("specialties", #"{"slug":"skin","name":"Dermatology"},{"slug":"gp","name":"General practice"}"#),
        ("languages", #"{"code":"en","name":"English"},{"code":"zu","name":"isiZulu"}"#),
        ("schemes", #"{"slug":"bonitas","name":"Bonitas"},{"slug":"gems","name":"GEMS"}"#),
    ])
    func vocabularies(_ name: String, _ data: String) async throws {
        try await withSite { site in
            let reply = try await site.get("/v1/\(name)")
            #expect(reply.body == #"{"data":[\#(data)],"next_cursor":null}"#)
            #expect(reply.headers[.cacheControl]?.contains("max-age") == true)
            #expect(try await site.get("/v1/\(name)", ifNoneMatch: reply.headers[.eTag] ?? "").status == 304)
        }
    }

    @Test("The page says what the profile says, escaped") func page() async throws {
        try await withSite { site in
            let reply = try await site.get("/doctors/\(site.doctorID)")
            #expect(reply.status == 200)
            for text in [
                "<h1>Dr &lt;Ann&gt; B</h1>", "4.3 of 5 from 8 reviews", "First visit: R650", "GEMS", "isiZulu", "MP0123456",
                "Sat 29 August, 12:40", "This doctor is made up", "Directions to Rooms",
            ] {
                #expect(reply.body.contains(text), Comment(rawValue: text))
            }
            #expect(!reply.body.contains("R9"))
        }
    }

    private struct Site: Sendable {
        let database: DoctorsDatabase
        let responder: RouterResponder<AppRequestContext>
        let doctorID: Int64

        func get(_ path: String, ifNoneMatch: String? = nil) async throws -> (status: Int, headers: HTTPFields, body: String) {
            var headers: HTTPFields = [:]
            headers[.ifNoneMatch] = ifNoneMatch
            let request = Request(
                head: HTTPRequest(method: .get, scheme: "http", authority: "localhost", path: path, headerFields: headers),
                body: .init(buffer: ByteBuffer())
            )
            let response = try await responder.respond(to: request, context: AppRequestContext(logger: TestDatabase.logger))
            let body = CollectedBody()
            try await response.body.write(body)
            return (response.status.code, response.headers, body.text.withLock { $0 })
        }
    }

    private func withSite(_ body: @Sendable (Site) async throws -> Void) async throws {
        try await DoctorsDatabase.with { database in
            let line = #"""
                {"id":"d1","name":"Dr <Ann> B","specialties":["gp"],"languages":["en","zu"],"schemes":["gems"],"hpcsa_number":"MP0123456","verification":"verified","rating":4.25,"review_count":8,"practice":"Rooms","city":"Johannesburg","lat":-26.1,"lon":28,"fee_cents":65000,"next_available":29800000,"sample":true,"more_practices":[{"practice_id":"far","city":"Durban","shows_fees":false,"fee_cents":900}]}
                """#
            try await withTemporaryFile("doctors.jsonl", line.utf8) { path in
                _ = try await DoctorImporter(pool: database.pool).importDoctors(at: path, format: .jsonLines)
            }
            let pages = try PageRenderer(site: SiteInformation(isSampleData: true), templates: DoctorsFeature.templates)
            let router = Router.web(
                pages: pages,
                access: [
                    "GET /v1/doctors/:id": .everybody, "GET /v1/specialties": .everybody, "GET /v1/languages": .everybody,
                    "GET /v1/schemes": .everybody, "GET /doctors/:id": .everybody,
                ])
            DoctorsFeature(
                dependencies: .init(link: { _, _, _, _ in }, audit: { _, _, _, _ in }, reviewerName: { _ in nil }, freeTimes: { _ in nil }), pool: database.pool, documents: nil,
                cursors: WebSecrets(rootKey: Array(repeating: 1, count: 32)).cursorSigner, pages: pages, logger: TestDatabase.logger
            ).addRoutes(to: router)
            let id: Int64 = try await database.pool.query("SELECT doctor_id FROM doctors")[0].decode("doctor_id")
            try await body(Site(database: database, responder: router.finishedResponder(), doctorID: id))
        }
    }
}

private final class CollectedBody: ResponseBodyWriter, Sendable {
    let text = Mutex("")

    func write(_ buffer: ByteBuffer) async throws { text.withLock { $0 += String(buffer: buffer) } }
    func finish(_ trailingHeaders: HTTPFields?) async throws {}
}
