import Domain
import Foundation
import HTTPTypes
import Hummingbird
import Idempotency
import NIOCore
import Postgres
import Web

// Reading.
extension VerificationRoutes {
    func list(_ request: Request, _ context: AppRequestContext) async throws -> Response {
        try RequestParameters(query: request).finish()
        let principal = try context.requirePrincipal()
        let store = VerificationStore(database: verifications.pool)
        let own = try await store.verifications(accountID: principal.accountID, limit: Self.mostListed)
        return try await page(own, nextCursor: nil, principal)
    }

    func one(_ request: Request, _ context: AppRequestContext) async throws -> Response {
        try RequestParameters(query: request).finish()
        let verification = try await refusing { try await verifications.read(context.verificationID(), context) }
        let answer = try await answer(verification, context.requirePrincipal(), verifications.pool)
        return Response(status: answer.status, headers: answer.headers, body: .init(byteBuffer: ByteBuffer(bytes: answer.body)))
    }

    func queue(_ request: Request, _ context: AppRequestContext) async throws -> Response {
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
    typealias Write = @Sendable (Principal, PostgresConnection) async throws -> WriteAnswer

    /// One write over HTTP: a JSON body, or none, answered once for each key.
    func write(
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

    func answer(
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
