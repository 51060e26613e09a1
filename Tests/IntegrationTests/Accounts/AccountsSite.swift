import Accounts
import Audit
import Crypto
import Foundation
import HTTPTypes
import Hummingbird
import Logging
import NIOCore
import Postgres
import Synchronization
import Testing
import Web

@testable import Accounts

/// The feature on a database of its own, with a clock that is set by hand, passwords that cost little and codes that are read.
struct AccountsSite: Sendable {
    static let keys = "1:" + String(repeating: "11", count: 32)
    static let start = Date(timeIntervalSince1970: 1_800_000_000)

    let pool: PostgresPool
    let feature: AccountsFeature
    let responder: RouterResponder<AppRequestContext>
    let clock: Clock
    let outbox: Recorder<AccountMessage>

    final class Clock: Sendable {
        private let time = Mutex(AccountsSite.start)
        var now: Date { time.withLock { $0 } }
        func advance(_ seconds: Double) { time.withLock { $0 += seconds } }
    }

    struct Reply {
        let status: Int
        let headers: HTTPFields
        let body: String

        var json: [String: Any] { (try? JSONSerialization.jsonObject(with: Data(body.utf8)) as? [String: Any]) ?? [:] }
        func text(_ name: String) -> String { json[name] as? String ?? "" }
        var code: String { text("code") }
        /// What a person sees of a problem, without the id of the request.
        var withoutRequestID: String { body.replacing(/"request_id":"[^"]*"/, with: "") }
    }

    /// - Parameter limitsClients: whether one client address may try only so often.
    static func with(keys: String = keys, limitsClients: Bool = true, _ body: @Sendable (AccountsSite) async throws -> Void) async throws {
        try await TestDatabase.withPool(configure: { $0.maximumConnections = 8 }) { pool in
            _ = try await Migrator(pool: pool, logger: TestDatabase.logger).migrate(AuditLog.migrations + AccountsFeature.migrations)
            let site = try AccountsSite(pool: pool, keys: keys, limitsClients: limitsClients)
            try await withThrowingTaskGroup { group in
                group.addTask { try await site.feature.messages.run() }
                try await body(site)
                group.cancelAll()
            }
        }
    }

    init(pool: PostgresPool, keys: String, limitsClients: Bool = true) throws {
        let (clock, outbox) = (Clock(), Recorder<AccountMessage>())
        var settings = AccountsFeature.Settings(
            dataDirectory: URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
                .deletingLastPathComponent().path() + "Data/Accounts")
        settings.cipher = FieldCipher(keys)
        settings.passwordLogRounds = 4
        settings.limitsClients = limitsClients
        let pages = try PageRenderer(site: SiteInformation(isSampleData: true), templates: AccountsFeature.templates)
        feature = try AccountsFeature(
            dependencies: .init(send: { outbox.note($0) }), settings: settings, pool: pool, secrets: [WebSecrets(rootKey: Array(0..<32))],
            pages: pages, logger: TestDatabase.logger, now: { clock.now })
        let router = Router.web(
            pages: pages, access: AppAccess.rules, recognise: feature.recognise,
            clients: ClientRecognition(trustedProxies: [], key: SymmetricKey(size: .bits256)))
        feature.addRoutes(to: router)
        responder = router.finishedResponder()
        (self.pool, self.clock, self.outbox) = (pool, clock, outbox)
    }

    func call(
        _ method: HTTPRequest.Method, _ path: String, token: String? = nil, json: [String: any Sendable]? = nil, form: String? = nil, headers: HTTPFields = [:]
    ) async throws -> Reply {
        var headers = headers
        if let token { headers[.authorization] = "Bearer \(token)" }
        var body = ByteBuffer()
        if let json {
            headers[.contentType] = "application/json"
            body = ByteBuffer(bytes: try JSONSerialization.data(withJSONObject: json))
        } else if let form {
            headers[.contentType] = "application/x-www-form-urlencoded"
            body = ByteBuffer(string: form)
        }
        let request = Request(
            head: HTTPRequest(method: method, scheme: "http", authority: "localhost", path: path, headerFields: headers), body: .init(buffer: body))
        let response = try await responder.respond(to: request, context: AppRequestContext(logger: TestDatabase.logger))
        let collected = CollectedBody()
        try await response.body.write(collected)
        return Reply(status: response.status.code, headers: response.headers, body: collected.text.withLock { $0 })
    }

    /// The code last sent to an address, once it is sent.
    func code(to address: String) async throws -> String {
        for _ in 0..<500 {
            if let message = outbox.values.last(where: { $0.destination.text == address }) { return message.code }
            try await Task.sleep(for: .milliseconds(10))
        }
        throw NothingSent()
    }

    /// As `code`, waiting for the number of messages that were sent to the address in all.
    func code(to address: String, number: Int) async throws -> String {
        for _ in 0..<500 {
            let sent = outbox.values.filter { $0.destination.text == address }
            if sent.count >= number { return sent[number - 1].code }
            try await Task.sleep(for: .milliseconds(10))
        }
        throw NothingSent()
    }

    struct NothingSent: Error {}

    /// An account with a confirmed e-mail address, signed in.
    func member(_ email: String, password: String = "three blue kettles") async throws -> Reply {
        let signedUp = try await call(.post, "/v1/accounts", json: ["email": email, "password": password])
        #expect(signedUp.status == 201, "\(signedUp.body)")
        try await pool.query("UPDATE accounts SET email_verified_at = created_at WHERE account_id = \(UUID(uuidString: signedUp.text("account_id"))!)")
        return signedUp
    }

    func count(_ sql: SQL) async throws -> Int { Int(try await pool.query(sql)[0].decode("count", as: Int64.self)) }
}

private final class CollectedBody: ResponseBodyWriter, Sendable {
    let text = Mutex("")

    func write(_ buffer: ByteBuffer) async throws { text.withLock { $0 += String(buffer: buffer) } }
    func finish(_ trailingHeaders: HTTPFields?) async throws {}
}
