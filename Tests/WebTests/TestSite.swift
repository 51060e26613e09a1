import Foundation
import HTTPTypes
import Hummingbird
import Logging
import NIOCore
import Synchronization

@testable import Web

/// The site's router with a few routes for tests, called in memory.
struct TestSite {
    let responder: RouterResponder<AppRequestContext>
    let log = LogLines()
    let metrics = PrometheusMetrics()

    struct Reply {
        let status: Int
        let headers: HTTPFields
        let body: String
    }

    static let sampleSite = SiteInformation(
        isSampleData: true,
        dataSources: [.init(name: "A <b> source", licence: "CC BY 4.0", address: "https://example.org")]
    )

    init(site: SiteInformation = sampleSite, clients: ClientRecognition? = nil, limits: RateLimits? = nil) throws {
        let pages = try PageRenderer(
            site: site,
            templates: [PageTemplate("greeting", Array("{{<layout}}{{$main}}<h1 title=\"{{name}}\">{{name}}</h1>{{/main}}{{/layout}}".utf8))]
        )
        let router = Router.web(pages: pages, metrics: metrics, access: Self.access, recognise: Self.recognise, clients: clients, limits: limits)
        Self.addRoutes(to: router, pages: pages)
        responder = router.finishedResponder()
    }

    static let access: AccessRules = [
        "GET /favicon.ico": .everybody, "GET /help": .everybody, "GET /metrics": .everybody,
        "GET /v1/things/:id": .everybody, "POST /v1/things": .everybody, "GET /v1/fault": .everybody, "GET /fault": .everybody,
        "GET /greeting": .everybody,
        "GET /v1/recognised": .recognised, "GET /v1/mine": .signedIn, "GET /v1/practice": .roles([.doctor, .staff]),
        "GET /mine": .signedIn, "POST /mine": .signedIn, "POST /open-form": .everybody,
    ]

    /// `Authorization: Bearer patient` is a patient; the cookie `session=patient` is one with the form token `right`.
    @Sendable static func recognise(_ request: Request, _ context: AppRequestContext) async throws -> Recognition {
        if let token = request.headers[.authorization]?.split(separator: " ").last {
            guard let role = Principal.Role(rawValue: String(token)) else { throw Problem.unauthenticated }
            return Recognition(principal: Principal(accountID: UUID(), sessionID: UUID(), roles: [role]))
        }
        guard let cookie = request.headers[.cookie]?.split(separator: "=").last, let role = Principal.Role(rawValue: String(cookie)) else {
            return Recognition()
        }
        return Recognition(principal: Principal(accountID: UUID(), sessionID: UUID(), roles: [role]), formToken: "right")
    }

    static func addRoutes(to router: Router<AppRequestContext>, pages: PageRenderer) {
        router.get("/v1/things/:id") { _, context in Response.json(.init(capacity: 0), headers: [.cacheControl: "public, max-age=30"]) }
        router.post("/v1/things") { request, context in
            var parameters = try await RequestParameters(json: request, context: context)
            let name = parameters.string("name", maxBytes: 20)
            parameters.require("name", name != nil)
            try parameters.finish()
            return name ?? ""
        }
        router.get("/v1/fault") { _, _ -> Response in throw Fault() }
        router.get("/fault") { _, _ -> Response in throw Fault() }
        let who: @Sendable (Request, AppRequestContext) async throws -> String = { _, context in
            context.principal?.roles.map(\.rawValue).joined() ?? "nobody"
        }
        for path in ["/v1/recognised", "/v1/mine", "/v1/practice", "/mine"] { router.get(RouterPath(path), use: who) }
        router.get("/v1/forgotten", use: who)
        router.post("/v1/mine", use: who)
        let form: @Sendable (Request, AppRequestContext) async throws -> String = { request, context in
            var parameters = try await RequestParameters(form: request, context: context)
            let name = parameters.string("name", maxBytes: 20)
            try parameters.finish()
            return name ?? ""
        }
        router.post("/mine", use: form)
        router.post("/open-form", use: form)
        router.get("/greeting") { request, _ in
            pages.render("greeting", title: "Hello", model: ["name": request.uri.queryParameters["name"].map(String.init) ?? ""])
        }
    }

    func call(_ method: HTTPRequest.Method, _ path: String, headers: HTTPFields = [:], body: String = "", peer: String? = nil) async throws -> Reply {
        let request = Request(
            head: HTTPRequest(method: method, scheme: "http", authority: "localhost", path: path, headerFields: headers),
            body: .init(buffer: ByteBuffer(string: body))
        )
        let log = log
        let logger = Logger(label: "test") { _ in LogLinesHandler(log: log) }
        var context = AppRequestContext(logger: logger)
        context.peerAddress = peer
        let response = try await responder.respond(to: request, context: context)
        let collector = BodyCollector()
        try await response.body.write(collector)
        return Reply(status: response.status.code, headers: response.headers, body: collector.text)
    }
}

struct Fault: Error, CustomStringConvertible {
    let description = "secret detail"
}

/// Collects what a response writes.
final class BodyCollector: ResponseBodyWriter, Sendable {
    private let bytes = Mutex<ByteBuffer>(ByteBuffer())

    var text: String { bytes.withLock { String(buffer: $0) } }

    func write(_ buffer: ByteBuffer) async throws { bytes.withLock { _ = $0.writeImmutableBuffer(buffer) } }
    func finish(_ trailingHeaders: HTTPFields?) async throws {}
}

/// Remembers log lines with their metadata.
final class LogLines: Sendable {
    private let state = Mutex<[String]>([])

    var lines: [String] { state.withLock { $0 } }
    func append(_ line: String) { state.withLock { $0.append(line) } }
}

struct LogLinesHandler: LogHandler {
    let log: LogLines
    var logLevel = Logger.Level.trace
    var metadata: Logger.Metadata = [:]

    subscript(metadataKey key: String) -> Logger.Metadata.Value? {
        get { metadata[key] }
        set { metadata[key] = newValue }
    }

    func log(event: LogEvent) {
        let all = metadata.merging(event.metadata ?? [:]) { _, new in new }.sorted { $0.key < $1.key }
        log.append("\(event.level) \(event.message) " + all.map { "\($0.key)=\($0.value)" }.joined(separator: " "))
    }
}
