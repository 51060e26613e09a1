import Domain
import Foundation
import HTTPTypes
import Hummingbird
import Idempotency
import NIOCore
import Postgres
import Web

/// `/v1/verifications`: a doctor's own cases, and the reviewers' work on them.
struct VerificationRoutes: Sendable {
    let verifications: Verifications
    let writes: IdempotentWrites
    let cursors: CursorSigner

    /// An account has few cases: a list of them is one page.
    static let mostListed = 100

    func add(to router: Router<AppRequestContext>) {
        addOwn(to: router)
        addDocuments(to: router)
        addReview(to: router)
    }

    private func addOwn(to router: Router<AppRequestContext>) {
        router.get("/v1/verifications") { request, context in try await list(request, context) }
        router.post("/v1/verifications") { request, context in
            try await write(request, context) { parameters in
                let purpose = parameters.enumeration("purpose", as: Verification.Purpose.self)
                let doctor = parameters.string("doctor_id", maxBytes: 19)
                parameters.require("purpose", purpose != nil)
                parameters.require("doctor_id", doctor != nil || purpose != .claim)
                if doctor != nil, purpose != nil, purpose != .claim {
                    parameters.refuse("doctor_id", code: "not_allowed", detail: "Only a claim names a profile.")
                }
                let doctorID = doctor.flatMap { Int64($0) }
                if doctor != nil, doctorID ?? 0 < 1 { parameters.refuse("doctor_id", code: "wrong_type", detail: "A doctor's id is a whole number.") }
                return { principal, connection in
                    let started = try await verifications.start(purpose ?? .claim, doctorID: doctorID, by: principal, on: connection)
                    return try await answer(started, principal, connection, status: .created)
                }
            }
        }
        router.get("/v1/verifications/:id") { request, context in try await one(request, context) }
        router.put("/v1/verifications/:id") { request, context in
            let id = try context.verificationID()
            let version = try request.ifMatch()
            let words = try await VocabularyStore(database: verifications.pool).load()
            return try await write(request, context) { parameters in
                let facts = try VerificationFacts(&parameters, words)
                return { principal, connection in
                    let changed = try await verifications.setFacts(facts, of: id, ifVersion: version, by: principal, on: connection)
                    return try await answer(changed, principal, connection)
                }
            }
        }
        router.post("/v1/verifications/:id/submission") { request, context in
            let id = try context.verificationID()
            return try await write(request, context) { _ in
                { principal, connection in
                    try await answer(verifications.submit(id, by: principal, on: connection), principal, connection)
                }
            }
        }
        router.post("/v1/verifications/:id/withdrawal") { request, context in
            let id = try context.verificationID()
            return try await write(request, context) { _ in
                { principal, connection in
                    try await answer(verifications.withdraw(id, by: principal, on: connection), principal, connection)
                }
            }
        }
    }

    private func addDocuments(to router: Router<AppRequestContext>) {
        router.post("/v1/verifications/:id/documents") { request, context in
            let id = try context.verificationID()
            return try await write(request, context) { parameters in
                let kind = parameters.enumeration("kind", as: VerificationDocument.Kind.self)
                let type = parameters.enumeration("content_type", as: DocumentType.self)
                let size = parameters.int("size_bytes", in: 1...DocumentType.mostBytes)
                for (field, isPresent) in [("kind", kind != nil), ("content_type", type != nil), ("size_bytes", size != nil)] {
                    parameters.require(field, isPresent)
                }
                try parameters.finish()
                guard let kind, let type, let size else { preconditionFailure("what is missing was complained about") }
                return { principal, connection in
                    let upload = try await verifications.offerUpload(kind, type, sizeBytes: size, of: id, by: principal, on: connection)
                    var json = JSONWriter()
                    VerificationJSON.write(upload, to: &json)
                    return WriteAnswer(json, status: .created)
                }
            }
        }
        router.post("/v1/verifications/:id/documents/:document_id/check") { request, context in
            let (id, document) = (try context.verificationID(), try context.documentID())
            try RequestParameters(query: request).finish()
            let checked = try await refusing { try await verifications.check(document, of: id, by: context.requirePrincipal()) }
            var json = JSONWriter()
            VerificationJSON.write(checked, to: &json)
            return Response.json(json, headers: .personal)
        }
        router.get("/v1/verifications/:id/documents/:document_id") { request, context in
            let (id, document) = (try context.verificationID(), try context.documentID())
            try RequestParameters(query: request).finish()
            let view = try await refusing { try await verifications.view(document, of: id, context) }
            var json = JSONWriter()
            VerificationJSON.writeView(view, to: &json)
            return Response.json(json, headers: .personal)
        }
    }

    private func addReview(to router: Router<AppRequestContext>) {
        router.get("/v1/verification-queue") { request, context in try await queue(request, context) }
        router.post("/v1/verifications/:id/review") { request, context in
            let (id, version) = (try context.verificationID(), try request.requireIfMatch())
            return try await write(request, context) { _ in
                { principal, connection in
                    try await answer(verifications.take(id, ifVersion: version, context, on: connection), principal, connection)
                }
            }
        }
        router.delete("/v1/verifications/:id/review") { request, context in
            let (id, version) = (try context.verificationID(), try request.requireIfMatch())
            return try await write(request, context) { _ in
                { principal, connection in
                    try await answer(verifications.release(id, ifVersion: version, context, on: connection), principal, connection)
                }
            }
        }
        router.post("/v1/verifications/:id/decision") { request, context in
            let (id, version) = (try context.verificationID(), try request.requireIfMatch())
            return try await write(request, context) { parameters in
                let decision = try VerificationDecision(&parameters)
                return { principal, connection in
                    try await answer(verifications.decide(decision, on: id, ifVersion: version, context, on: connection), principal, connection)
                }
            }
        }
    }
}

// Reading.
extension VerificationRoutes {
    private func list(_ request: Request, _ context: AppRequestContext) async throws -> Response {
        try RequestParameters(query: request).finish()
        let principal = try context.requirePrincipal()
        let store = VerificationStore(database: verifications.pool)
        let own = try await store.verifications(accountID: principal.accountID, limit: Self.mostListed)
        return try await page(own, nextCursor: nil, principal)
    }

    private func one(_ request: Request, _ context: AppRequestContext) async throws -> Response {
        try RequestParameters(query: request).finish()
        let verification = try await refusing { try await verifications.read(context.verificationID(), context) }
        let answer = try await answer(verification, context.requirePrincipal(), verifications.pool)
        return Response(status: answer.status, headers: answer.headers, body: .init(byteBuffer: ByteBuffer(bytes: answer.body)))
    }

    private func queue(_ request: Request, _ context: AppRequestContext) async throws -> Response {
        var parameters = try RequestParameters(query: request)
        let limit = parameters.int("limit", in: 1...100) ?? 20
        let cursor = parameters.string("cursor", maxBytes: 200)
        let after = cursor.flatMap(position)
        if cursor != nil, after == nil { parameters.refuse("cursor", code: "not_allowed", detail: "Start again from the first page.") }
        try parameters.finish()
        let waiting = try await verifications.queue(after: after, limit: limit + 1, context)
        let shown = Array(waiting.prefix(limit))
        return try await page(shown, nextCursor: waiting.count > limit ? shown.last.map(self.cursor) : nil, context.requirePrincipal())
    }

    private func page(_ shown: [Verification], nextCursor: String?, _ principal: Principal) async throws -> Response {
        let store = VerificationStore(database: verifications.pool)
        var json = JSONWriter(capacity: 4096)
        json.beginObject()
        json.key("data")
        json.beginArray()
        for verification in shown {
            VerificationJSON.write(verification, try await store.documents(of: verification.id), for: principal, to: &json)
        }
        json.endArray()
        json.optional("next_cursor", nextCursor)
        json.endObject()
        return Response.json(json, headers: .personal)
    }

    private func cursor(_ last: Verification) -> String {
        let microseconds = Int64(((last.submittedAt ?? last.createdAt).timeIntervalSince1970 * 1_000_000).rounded())
        return cursors.sign(payload: Array("\(microseconds) \(last.id.text)".utf8), context: Self.queueContext)
    }

    private func position(_ cursor: String) -> (submittedAt: Date, id: UUID)? {
        guard let payload = try? cursors.open(cursor, context: Self.queueContext) else { return nil }
        let parts = String(decoding: payload, as: UTF8.self).split(separator: " ")
        guard parts.count == 2, let microseconds = Double(parts[0]), let id = UUID(uuidString: String(parts[1])) else { return nil }
        return (Date(timeIntervalSince1970: microseconds / 1_000_000), id)
    }

    private static let queueContext = Array("verification-queue".utf8)
}

// Writing.
extension VerificationRoutes {
    private typealias Write = @Sendable (Principal, PostgresConnection) async throws -> WriteAnswer

    /// One write over HTTP: a JSON body, or none, answered once for each key.
    private func write(
        _ request: Request, _ context: AppRequestContext, _ read: (inout RequestParameters) throws -> Write
    ) async throws -> Response {
        let principal = try context.requirePrincipal()
        let content = Array(try await request.body.collect(upTo: context.maxUploadSize).readableBytesView)
        guard content.isEmpty || request.headers[.contentType]?.lowercased().hasPrefix("application/json") == true else {
            throw Problem.unsupportedMediaType(expected: "application/json")
        }
        var parameters = try RequestParameters(jsonBytes: content.isEmpty ? Array("{}".utf8) : content)
        let body = try read(&parameters)
        try parameters.finish()
        return try await writes.answer(request, context: context, content: content, scope: principal.accountID.text) { connection in
            try await refusing { try await body(principal, connection) }
        }
    }

    private func answer(
        _ verification: Verification, _ principal: Principal, _ database: any PostgresQuerying, status: HTTPResponse.Status = .ok
    ) async throws -> WriteAnswer {
        let documents = try await VerificationStore(database: database).documents(of: verification.id)
        var json = JSONWriter()
        VerificationJSON.write(verification, documents, for: principal, to: &json)
        var headers: HTTPFields = [.eTag: "\"\(verification.version)\""]
        if status == .created { headers[.location] = "/v1/verifications/\(verification.id.text)" }
        return WriteAnswer(json, status: status, headers: headers)
    }
}
