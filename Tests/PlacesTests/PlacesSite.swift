import Domain
import Foundation
import HTTPTypes
import Hummingbird
import Logging
import NIOCore
import Synchronization
import Web

@testable import Places

/// The site with this feature's routes over the committed data, called in memory.
struct PlacesSite {
    private let responder: RouterResponder<AppRequestContext>

    struct Reply {
        let status: Int
        let cacheControl: String?
        let body: String

        func decode<T: Decodable>(_: T.Type = T.self) throws -> T {
            let decoder = JSONDecoder()
            decoder.keyDecodingStrategy = .convertFromSnakeCase
            return try decoder.decode(T.self, from: Data(body.utf8))
        }

        /// `field: code` of everything a problem complains about, then the status.
        func complaints() throws -> [String] {
            struct Body: Decodable { let errors: [Complaint] }
            struct Complaint: Decodable { let field: String, code: String }
            return try decode(Body.self).errors.map { "\($0.field): \($0.code)" } + ["\(status)"]
        }
    }

    init(isEmpty: Bool = false) throws {
        let places = isEmpty ? PlaceDirectory([]) : PlacesFixtures.directory
        let facilities = isEmpty ? FacilityDirectory([]) : PlacesFixtures.facilityDirectory
        let router = Router.web(
            pages: try PageRenderer(site: SiteInformation(isSampleData: true)),
            access: ["GET /v1/places": .everybody, "GET /v1/places/:slug": .everybody, "GET /v1/facilities": .everybody])
        PlacesRoutes(places: { places }).add(to: router)
        let signer = WebSecrets(rootKey: Array(0..<32)).cursorSigner
        FacilitiesRoutes(places: { places }, facilities: { facilities }, cursorSigner: signer).add(to: router)
        responder = router.finishedResponder()
    }

    func get(_ path: String) async throws -> Reply {
        let request = Request(
            head: HTTPRequest(method: .get, scheme: "http", authority: "localhost", path: path),
            body: .init(buffer: ByteBuffer()))
        let logger = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }
        let response = try await responder.respond(to: request, context: AppRequestContext(logger: logger))
        let collector = BodyCollector()
        try await response.body.write(collector)
        return Reply(status: response.status.code, cacheControl: response.headers[.cacheControl], body: collector.text)
    }
}

private final class BodyCollector: ResponseBodyWriter, Sendable {
    private let bytes = Mutex(ByteBuffer())

    var text: String { bytes.withLock { String(buffer: $0) } }

    func write(_ buffer: ByteBuffer) async throws { bytes.withLock { _ = $0.writeImmutableBuffer(buffer) } }
    func finish(_ trailingHeaders: HTTPFields?) async throws {}
}
