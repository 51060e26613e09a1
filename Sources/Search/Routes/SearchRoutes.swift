import HTTPTypes
import Hummingbird
import Metrics
import Web

/// `GET /v1/doctors`, and `POST /v1/doctors/search` for words that may speak of health.
struct SearchRoutes {
    let feature: SearchFeature
    private let duration = Timer(label: "search_duration_seconds")

    init(feature: SearchFeature) { self.feature = feature }

    func add(to router: Router<AppRequestContext>) {
        router.get("/v1/doctors") { request, _ in
            var parameters = try RequestParameters(query: request)
            return try response(&parameters, cacheControl: "public, max-age=30, stale-while-revalidate=30")
        }
        router.post("/v1/doctors/search") { request, context in
            var parameters = try await RequestParameters(json: request, context: context)
            return try response(&parameters, cacheControl: "private, no-store")
        }
    }

    private func response(_ parameters: inout RequestParameters, cacheControl: String) throws -> Response {
        let started = ContinuousClock.now
        let json = try feature.search(&parameters).json()
        duration.recordNanoseconds(Int64((ContinuousClock.now - started) / .nanoseconds(1)))
        return .json(json, headers: [.cacheControl: cacheControl])
    }
}
