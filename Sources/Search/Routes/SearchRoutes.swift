import Foundation
import HTTPTypes
import Hummingbird
import Metrics
import NIOCore
import Web

/// `GET /v1/doctors`, and `POST /v1/doctors/search` for words that may speak of health.
struct SearchRoutes {
    let feature: SearchFeature

    func add(to router: Router<AppRequestContext>) {
        router.get("/v1/doctors") { [feature] request, _ in
            var parameters = try RequestParameters(query: request)
            return try Self.response(feature, &parameters, cacheControl: "public, max-age=30, stale-while-revalidate=30")
        }
        router.post("/v1/doctors/search") { [feature] request, context in
            var parameters = try await RequestParameters(json: request, context: context)
            return try Self.response(feature, &parameters, cacheControl: "private, no-store")
        }
    }

    private static func response(
        _ feature: SearchFeature, _ parameters: inout RequestParameters, cacheControl: String
    ) throws -> Response {
        let started = ContinuousClock.now
        let bytes = try feature.search(&parameters).json()
        let elapsed = (ContinuousClock.now - started).components
        Timer(label: "search_duration_seconds")
            .recordNanoseconds(elapsed.seconds * 1_000_000_000 + elapsed.attoseconds / 1_000_000_000)
        return Response(
            status: .ok, headers: [.contentType: "application/json", .cacheControl: cacheControl],
            body: .init(byteBuffer: ByteBuffer(bytes: bytes)))
    }
}
