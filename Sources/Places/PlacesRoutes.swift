import Domain
import HTTPTypes
import Hummingbird
import Web

/// `/v1/places`: suggestions while a person types, and one place by its slug.
struct PlacesRoutes: Sendable {
    let places: @Sendable () -> PlaceDirectory

    func add(to router: Router<AppRequestContext>) {
        router.get("/v1/places") { request, _ in try suggestions(request) }
        router.get("/v1/places/:slug") { request, context in try place(request, context) }
    }

    private func suggestions(_ request: Request) throws -> Response {
        var parameters = try RequestParameters(query: request)
        let text = parameters.string("q", maxBytes: 100)
        let limit = parameters.int("limit", in: 1...20) ?? 8
        parameters.require("q", text != nil)
        try parameters.finish()
        let found = places().suggestions(for: text ?? "", limit: limit)
        var json = JSONWriter()
        json.object {
            $0.key("data")
            $0.array { for place in found { $0.place(place) } }
            $0.key("next_cursor")
            $0.null()
        }
        return .json(json, headers: .publicForHalfAMinute)
    }

    private func place(_ request: Request, _ context: AppRequestContext) throws -> Response {
        try RequestParameters(query: request).finish()
        guard let place = places().place(slug: try context.parameters.require("slug")) else {
            throw Problem.notFound("No place has this slug. GET /v1/places?q= finds places by name.")
        }
        var json = JSONWriter()
        json.place(place)
        return .json(json, headers: .publicForHalfAMinute)
    }
}

extension JSONWriter {
    fileprivate mutating func place(_ place: Place) {
        object {
            $0.member("slug", place.slug)
            $0.member("name", place.name)
            $0.member("kind", place.kind.rawValue)
            $0.member("city", place.city)
            $0.member("province", place.province)
            $0.member("location", place.coordinate)
            $0.member("label", place.label)
        }
    }

    /// `{"lat": …, "lon": …}` in degrees; five decimals are a metre.
    mutating func member(_ name: StaticString, _ coordinate: Coordinate) {
        key(name)
        object {
            $0.key("lat")
            $0.double(coordinate.latitude, decimals: 5)
            $0.key("lon")
            $0.double(coordinate.longitude, decimals: 5)
        }
    }
}

extension HTTPFields {
    /// For answers that hold nothing personal.
    static let publicForHalfAMinute: HTTPFields = [.cacheControl: "public, max-age=30, stale-while-revalidate=300"]
    /// For answers to a question that tells where a person is.
    static let personal: HTTPFields = [.cacheControl: "private, no-store"]
}
