import CurlClient
import Foundation
import HTTPTypes
import Hummingbird
import Logging
import NIOCore
import Postgres
import Synchronization
import Testing
import Web

@testable import Doctors

/// The routes of verification in memory, over a database of its own. Whose request it is stands in `Authorization`; links and audit lines go
/// into tables of the test's, in the transactions they are given.
struct VerificationSite: Sendable {
    let database: DoctorsDatabase
    let feature: DoctorsFeature
    let verifications: Verifications
    let clock: TestClock
    private let responder: RouterResponder<AppRequestContext>

    /// Somebody who signed in.
    struct Person: Sendable {
        let id = UUID()
        var role = Principal.Role.patient
        var authorization: String { "Bearer \(role.rawValue) \(id.uuidString)" }
    }

    struct Reply: Sendable {
        let status: Int
        let headers: HTTPFields
        let body: String

        var json: [String: Any] { get throws { try #require(try JSONSerialization.jsonObject(with: Data(body.utf8)) as? [String: Any]) } }
        var id: String { get throws { try #require(try json["id"] as? String) } }
        var state: String? { get throws { try json["state"] as? String } }
        var code: String? { try? json["code"] as? String }
        var fields: [String] { ((try? json["errors"] as? [[String: Any]]) ?? []).compactMap { $0["field"] as? String } }
        var tag: String { headers[.eTag] ?? "" }
    }

    static func with(documents: Bool = true, _ body: @Sendable (VerificationSite) async throws -> Void) async throws {
        let moto = documents ? try await MotoServer.shared.value : nil
        try await DoctorsDatabase.with { database in
            try await database.pool.query("CREATE TABLE test_audit (actor uuid, action text, subject text)")
            try await database.pool.query("CREATE TABLE test_links (account_id uuid, doctor_id bigint)")
            try await body(VerificationSite(database, bucket: try moto.map { try DocumentBucketTests.bucket($0.url) }))
        }
    }

    private init(_ database: DoctorsDatabase, bucket: DocumentBucket?) throws {
        self.database = database
        let clock = TestClock(DocumentBucketTests.now)
        self.clock = clock
        let dependencies = DoctorsFeature.Dependencies(
            link: { _, account, doctor, connection in try await connection.query("INSERT INTO test_links VALUES (\(account), \(doctor))") },
            audit: { context, action, subject, connection in
                try await connection.query("INSERT INTO test_audit VALUES (\(context.principal?.accountID), \(action), \(subject))")
            },
            reviewerName: { _ in "Thandi" }, freeTimes: { _ in nil })
        verifications = Verifications(
            pool: database.pool, dependencies: dependencies, bucket: bucket, logger: TestDatabase.logger, now: { clock.now })
        let pages = try PageRenderer(site: SiteInformation(isSampleData: false), templates: DoctorsFeature.templates)
        feature = DoctorsFeature(
            dependencies: dependencies, pool: database.pool, documents: bucket,
            cursors: WebSecrets(rootKey: Array(repeating: 1, count: 32)).cursorSigner, pages: pages, logger: TestDatabase.logger,
            now: { clock.now })
        let router = Router.web(pages: pages, access: Self.access) { request, _ in
            let parts = (request.headers[.authorization] ?? "").split(separator: " ").map(String.init)
            guard parts.count == 3, let role = Principal.Role(rawValue: parts[1]), let id = UUID(uuidString: parts[2]) else {
                return Recognition()
            }
            let isPage = !request.uri.path.hasPrefix("/v1")
            return Recognition(principal: Principal(accountID: id, sessionID: id, roles: [role]), formToken: isPage ? "token" : nil)
        }
        feature.addRoutes(to: router)
        responder = router.finishedResponder()
    }

    /// The paths of the feature, with administrators where the site's own table has them.
    private static let access: AccessRules = [
        "GET /v1/verifications": .signedIn, "POST /v1/verifications": .signedIn, "GET /v1/verifications/:id": .signedIn,
        "PUT /v1/verifications/:id": .signedIn, "POST /v1/verifications/:id/submission": .signedIn,
        "POST /v1/verifications/:id/withdrawal": .signedIn, "POST /v1/verifications/:id/documents": .signedIn,
        "POST /v1/verifications/:id/documents/:document_id/check": .signedIn,
        "GET /v1/verifications/:id/documents/:document_id": .roles([.administrator]),
        "GET /v1/verification-queue": .roles([.administrator]),
        "POST /v1/verifications/:id/review": .roles([.administrator]), "DELETE /v1/verifications/:id/review": .roles([.administrator]),
        "POST /v1/verifications/:id/decision": .roles([.administrator]), "GET /v1/doctors/:id": .everybody,
        "GET /verification": .signedIn, "POST /verification": .signedIn, "POST /verification/facts": .signedIn,
        "POST /verification/documents": .signedIn, "POST /verification/submission": .signedIn, "POST /verification/withdrawal": .signedIn,
        "GET /admin/verifications": .roles([.administrator]), "GET /admin/verifications/:id": .roles([.administrator]),
        "GET /admin/verifications/:id/documents/:document_id": .roles([.administrator]),
        "POST /admin/verifications/:id/review": .roles([.administrator]), "POST /admin/verifications/:id/release": .roles([.administrator]),
        "POST /admin/verifications/:id/decision": .roles([.administrator]), "GET /doctors/:id": .everybody,
    ]

    func call(
        _ method: HTTPRequest.Method, _ path: String, as person: Person?, _ body: String = "", ifMatch: String? = nil,
        headers: HTTPFields = [:]
    ) async throws -> Reply {
        var headers = headers
        if headers[.contentType] == nil, !body.isEmpty { headers[.contentType] = "application/json" }
        return try await call(method, path, as: person, bytes: Array(body.utf8), ifMatch: ifMatch, headers: headers)
    }

    /// Sends a form of a page, with the token that pages print.
    func send(_ path: String, as person: Person, _ fields: [(String, String)]) async throws -> Reply {
        var characters = CharacterSet.alphanumerics
        characters.insert(charactersIn: "-._~")
        let body = (fields + [("form_token", "token")]).map { name, value in
            "\(name)=\(value.addingPercentEncoding(withAllowedCharacters: characters) ?? "")"
        }.joined(separator: "&")
        return try await call(
            .post, path, as: person, body, headers: [.contentType: "application/x-www-form-urlencoded", .accept: "text/html"])
    }

    /// Sends a form with a file as browsers do.
    func sendFile(_ bytes: [UInt8], as person: Person, _ fields: [(String, String)]) async throws -> Reply {
        let boundary = "----WebKitFormBoundary7MA4YWxkTrZu0gW"
        var body: [UInt8] = []
        for (name, value) in fields {
            body += Array("--\(boundary)\r\nContent-Disposition: form-data; name=\"\(name)\"\r\n\r\n\(value)\r\n".utf8)
        }
        body += Array(
            "--\(boundary)\r\nContent-Disposition: form-data; name=\"file\"; filename=\"x.pdf\"\r\nContent-Type: application/pdf\r\n\r\n"
                .utf8)
        body += bytes + Array("\r\n--\(boundary)--\r\n".utf8)
        return try await call(
            .post, "/verification/documents", as: person, bytes: body,
            headers: [.contentType: "multipart/form-data; boundary=\(boundary)", .accept: "text/html"])
    }

    func call(
        _ method: HTTPRequest.Method, _ path: String, as person: Person?, bytes: [UInt8], ifMatch: String? = nil, headers: HTTPFields = [:]
    ) async throws -> Reply {
        var headers = headers
        headers[.authorization] = person?.authorization
        headers[.ifMatch] = ifMatch
        let request = Request(
            head: HTTPRequest(method: method, scheme: "http", authority: "localhost", path: path, headerFields: headers),
            body: .init(buffer: ByteBuffer(bytes: bytes)))
        let response = try await responder.respond(to: request, context: AppRequestContext(logger: TestDatabase.logger))
        let collected = Collected()
        try await response.body.write(collected)
        return Reply(status: response.status.code, headers: response.headers, body: collected.text.withLock { $0 })
    }
}

// The steps most tests begin with.
extension VerificationSite {
    static func facts(number: String = "MP 0123456", specialties: String = #"["gp"]"#, surname: String = "Dube", more: String = "")
        -> String
    {
        """
        {"title": "Dr", "first_names": "Nomsa", "surname": "\(surname)", "hpcsa_number": "\(number)", "category": "independent_practice",
        "card_valid_until": "2027-03-31", "specialties": \(specialties), "languages": ["en", "zu"], "schemes": ["gems"]\(more)}
        """
    }

    static let practice = """
        , "practice_name": "Main Road Rooms", "practice_address": "1 Main Road", "practice_city": "Durban",
        "practice_province": "KwaZulu-Natal", "practice_location": {"lat": -29.85, "lon": 31.02}
        """

    /// Uploads a document through the store and has it checked.
    func upload(_ kind: String, to id: String, as person: Person) async throws {
        let bytes = Array("%PDF-1.7 \(kind)".utf8)
        let offer = try await call(
            .post, "/v1/verifications/\(id)/documents", as: person,
            #"{"kind": "\#(kind)", "content_type": "application/pdf", "size_bytes": \#(bytes.count)}"#)
        #expect(offer.status == 201, "\(offer.body)")
        let upload = try #require(try offer.json["upload"] as? [String: Any])
        try await put(bytes, at: try #require(upload["url"] as? String))
        let checked = try await call(.post, "/v1/verifications/\(id)/documents/\(offer.id)/check", as: person)
        #expect(checked.status == 200, "\(checked.body)")
        #expect(try checked.json["checked"] as? Bool == true)
    }

    func put(_ bytes: [UInt8], at address: String) async throws {
        let moto = try await MotoServer.shared.value
        let sent = try await moto.http.send(
            CurlRequest(method: "PUT", url: address, headers: [("Content-Type", "application/pdf")], body: bytes))
        #expect(sent.status == 200)
    }

    /// A case with everything that submission asks for.
    func ready(
        _ start: String, _ facts: String, as person: Person, documents: [String] = ["registration_card", "identity"]
    ) async throws -> String {
        let started = try await call(.post, "/v1/verifications", as: person, start)
        #expect(started.status == 201, "\(started.body)")
        let id = try started.id
        let said = try await call(.put, "/v1/verifications/\(id)", as: person, facts)
        #expect(said.status == 200, "\(said.body)")
        for kind in documents { try await upload(kind, to: id, as: person) }
        return id
    }

    func submitted(
        _ start: String, _ facts: String, as person: Person, documents: [String] = ["registration_card", "identity"]
    ) async throws -> String {
        let id = try await ready(start, facts, as: person, documents: documents)
        let reply = try await call(.post, "/v1/verifications/\(id)/submission", as: person)
        #expect(reply.status == 200, "\(reply.body)")
        return id
    }

    /// Takes the case and decides.
    @discardableResult
    func decide(_ id: String, _ decision: String = #"{"decision": "verified"}"#, as reviewer: Person) async throws -> Reply {
        let read = try await call(.get, "/v1/verifications/\(id)", as: reviewer)
        let taken = try await call(.post, "/v1/verifications/\(id)/review", as: reviewer, ifMatch: read.tag)
        #expect(taken.status == 200, "\(taken.body)")
        return try await call(.post, "/v1/verifications/\(id)/decision", as: reviewer, decision, ifMatch: taken.tag)
    }

    /// A doctor whom a reviewer has verified for a listed profile.
    func verifiedDoctor(_ externalID: String = "d1", number: String = "MP0123456") async throws -> (person: Person, doctorID: Int64) {
        let person = Person()
        let doctorID = try await database.addDoctor(externalID)
        let id = try await submitted(#"{"purpose": "claim", "doctor_id": "\#(doctorID)"}"#, Self.facts(number: number), as: person)
        let decided = try await decide(id, as: Person(role: .administrator))
        #expect(decided.status == 200, "\(decided.body)")
        return (person, doctorID)
    }

    func doctorState(_ doctorID: Int64) async throws -> String {
        try await database.pool.query("SELECT verification_state FROM doctors WHERE doctor_id = \(doctorID)")[0].decode(
            "verification_state")
    }

    func audit() async throws -> [String] {
        try await database.pool.query("SELECT action FROM test_audit").map { try $0.decode("action") }
    }

    func events() async throws -> [(name: String, payload: [String: Any])] {
        try await database.pool.query("SELECT name, payload::text AS payload FROM outbox_events ORDER BY event_id").map { row in
            let payload = try JSONSerialization.jsonObject(with: Data(try row.decode("payload", as: String.self).utf8))
            return (try row.decode("name"), try #require(payload as? [String: Any]))
        }
    }
}

/// A clock that stands until it is told to go on.
final class TestClock: Sendable {
    private let time: Mutex<Date>
    init(_ start: Date) { time = Mutex(start) }
    var now: Date { time.withLock { $0 } }
    func go(to date: Date) { time.withLock { $0 = date } }
}

private final class Collected: ResponseBodyWriter, Sendable {
    let text = Mutex("")
    func write(_ buffer: ByteBuffer) async throws { text.withLock { $0 += String(buffer: buffer) } }
    func finish(_ trailingHeaders: HTTPFields?) async throws {}
}
