import Crypto
import HTTPTypes
import Hummingbird
import NIOCore
import Postgres
import Web

/// Writes that have one effect and one answer however often they are sent.
///
/// With an `Idempotency-Key` the first request's answer, also a refusal, is stored in the transaction of its effect; the same key with the
/// same request is answered from there with `Idempotent-Replayed: true`, with another request by 422. A second request that
/// comes while the first is under way waits for it, and is told 409 when that takes longer than PostgreSQL's `lock_timeout`.
public struct IdempotentWrites: Sendable {
    private let pool: PostgresPool

    public init(pool: PostgresPool) { self.pool = pool }

    /// To be applied before anything is written.
    public static var migrations: [Migration] {
        [
            Migration(
                feature: "Idempotency", name: "m0001-create-idempotency-keys",
                sql: String(decoding: PackageResources.m0001_create_idempotency_keys_sql, as: UTF8.self))
        ]
    }

    /// Runs `body` in a transaction, unless this request was answered before.
    /// - Parameters:
    ///   - request: with the key, if it has one.
    ///   - content: the request's body.
    ///   - scope: whose key it is.
    ///   - isRequired: whether a request without a key is refused.
    ///   - body: may run more than once and must have no effect outside the database; a thrown `Problem` is an answer too.
    /// - Throws: 400 for a missing or malformed key, 422 for one that was used for something else, 409 while the first is under way.
    public func answer(
        _ request: Request, context: AppRequestContext, content: [UInt8], scope: String, isRequired: Bool = false,
        _ body: @escaping @Sendable (PostgresConnection) async throws -> WriteAnswer
    ) async throws -> Response {
        guard let key = try Self.key(of: request, isRequired: isRequired) else {
            return try await pool.transaction(body).response(isReplayed: false)
        }
        let requestID = context.requestID
        let fingerprint = Array(SHA256.hash(data: Array("\(request.method.rawValue) \(request.uri.path)\n".utf8) + content))
        do {
            let (answer, isReplayed) = try await pool.transaction { connection in
                let stored = KeyStore(connection: connection, scope: scope, key: key)
                if let before = try await stored.begin(fingerprint) { return (before, true) }
                let answer = try await Self.answered(on: connection, requestID: requestID, body)
                try await stored.finish(answer)
                return (answer, false)
            }
            return answer.response(isReplayed: isReplayed)
        } catch let error as PostgresError where error.sqlState == "55P03" && error.table == nil {
            throw Problem.inProgress
        }
    }

    /// Deletes answers of more than a day ago.
    public func prune() async throws {
        try await pool.query("DELETE FROM idempotency_keys WHERE created_at < clock_timestamp() - interval '24 hours'")
    }

    /// A refusal undoes what the write did and is an answer like any other.
    private static func answered(
        on connection: PostgresConnection, requestID: String, _ body: @Sendable (PostgresConnection) async throws -> WriteAnswer
    ) async throws -> WriteAnswer {
        try await connection.query("SAVEPOINT write")
        do {
            return try await body(connection)
        } catch let problem as Problem where problem.status.kind == .clientError {
            try await connection.query("ROLLBACK TO SAVEPOINT write")
            return WriteAnswer(problem, requestID: requestID)
        }
    }

    private static func key(of request: Request, isRequired: Bool) throws(Problem) -> String? {
        guard let field = HTTPField.Name("Idempotency-Key") else { return nil }
        guard let key = request.headers[field] else {
            guard !isRequired else { throw .invalidKey(code: "required", "Send an Idempotency-Key: any text of your own, new for each thing you want done.") }
            return nil
        }
        guard (1...255).contains(key.utf8.count), key.utf8.allSatisfy({ (0x20...0x7E).contains($0) }) else {
            throw .invalidKey(code: "not_allowed", "A key has 1 to 255 printable ASCII characters.")
        }
        return key
    }
}

/// What a write answers with.
public struct WriteAnswer: Sendable {
    public let status: HTTPResponse.Status
    public let headers: HTTPFields
    public let body: [UInt8]

    /// A resource as JSON.
    public init(_ json: JSONWriter, status: HTTPResponse.Status = .ok, headers: HTTPFields = [:]) {
        var headers = headers
        headers[.contentType] = "application/json"
        headers[.cacheControl] = "private, no-store"
        self.init(status: status, headers: headers, body: json.bytes)
    }

    /// Nothing to say.
    public static let noContent = WriteAnswer(status: .noContent, headers: [.cacheControl: "private, no-store"], body: [])

    init(status: HTTPResponse.Status, headers: HTTPFields, body: [UInt8]) {
        self.status = status
        self.headers = headers
        self.body = body
    }

    fileprivate init(_ problem: Problem, requestID: String) {
        var headers = problem.headers
        headers[.contentType] = "application/problem+json"
        headers[.cacheControl] = "no-store"
        self.init(status: problem.status, headers: headers, body: problem.body(requestID: requestID))
    }

    fileprivate func response(isReplayed: Bool) -> Response {
        var headers = headers
        if isReplayed, let field = HTTPField.Name("Idempotent-Replayed") { headers[field] = "true" }
        return Response(status: status, headers: headers, body: body.isEmpty ? .init() : .init(byteBuffer: ByteBuffer(bytes: body)))
    }
}

/// One key's row.
private struct KeyStore {
    let connection: PostgresConnection
    let scope: String
    let key: String

    /// The answer of before; `nil` the first time.
    func begin(_ fingerprint: [UInt8]) async throws -> WriteAnswer? {
        let isNew = try await !connection.query(
            "INSERT INTO idempotency_keys (scope, key, fingerprint) VALUES (\(scope), \(key), \(fingerprint)) ON CONFLICT DO NOTHING RETURNING key"
        ).isEmpty
        guard !isNew, let row = try await connection.query("SELECT * FROM idempotency_keys WHERE scope = \(scope) AND key = \(key)").first else { return nil }
        guard try row.decode("fingerprint", as: [UInt8].self) == fingerprint else { throw Problem.keyReused }
        let headers = try row.decode("headers", as: [String].self)
        var fields = HTTPFields()
        for index in stride(from: 0, to: headers.count - 1, by: 2) {
            if let name = HTTPField.Name(headers[index]) { fields[name] = headers[index + 1] }
        }
        return WriteAnswer(status: .init(code: Int(try row.decode("status", as: Int16.self))), headers: fields, body: try row.decode("body"))
    }

    func finish(_ answer: WriteAnswer) async throws {
        let headers = answer.headers.flatMap { [$0.name.canonicalName, $0.value] }
        try await connection.query(
            "UPDATE idempotency_keys SET status = \(Int16(answer.status.code)), headers = \(headers), body = \(answer.body) WHERE scope = \(scope) AND key = \(key)")
    }
}

extension Problem {
    fileprivate static func invalidKey(code: String, _ detail: String) -> Problem {
        .invalidRequest([FieldError("Idempotency-Key", code: code, detail: detail)])
    }

    fileprivate static let keyReused = Problem(
        .unprocessableContent, code: "request.idempotency_key_reused", title: "This key was used for another request",
        detail: "The Idempotency-Key belongs to a different request. Send a new key.")

    fileprivate static let inProgress = Problem(
        .conflict, code: "request.in_progress", title: "The same request is under way", detail: "Send it again in a few seconds to get its answer.",
        headers: [.retryAfter: "3"])
}
