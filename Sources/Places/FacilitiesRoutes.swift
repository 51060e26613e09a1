import HTTPTypes
import Hummingbird
import Web

/// `/v1/facilities`: hospitals, clinics and ambulance stations near a position or a known place.
struct FacilitiesRoutes: Sendable {
    let places: @Sendable () -> PlaceDirectory
    let facilities: @Sendable () -> FacilityDirectory
    let cursorSigner: CursorSigner

    func add(to router: Router<AppRequestContext>) {
        router.get("/v1/facilities") { request, _ in try nearest(request) }
    }

    private func nearest(_ request: Request) throws -> Response {
        var parameters = try RequestParameters(query: request)
        let asked = FacilitiesRequest(&parameters, places: places(), cursorSigner: cursorSigner)
        try parameters.finish()
        guard let asked else { preconditionFailure("a request that cannot be read has complaints") }
        let found = facilities().nearest(asked.query)
        var json = JSONWriter()
        json.object {
            $0.key("data")
            $0.array { for hit in found.hits { $0.facility(hit) } }
            $0.key("next_cursor")
            if found.hasMore, let last = found.hits.last {
                $0.string(asked.cursor(behind: last, cursorSigner))
            } else {
                $0.null()
            }
        }
        return .json(json, headers: asked.isPersonal ? .personal : .publicForHalfAMinute)
    }
}

extension JSONWriter {
    fileprivate mutating func facility(_ hit: FacilityHit) {
        let facility = hit.facility
        object {
            $0.member("name", facility.name)
            $0.member("kind", facility.kind.rawValue)
            $0.member("category", facility.category)
            $0.member("province", facility.province)
            $0.key("district")
            if let district = facility.district { $0.string(district) } else { $0.null() }
            $0.member("location", facility.coordinate)
            $0.key("emergency_care")
            if let hasCare = facility.emergencyCare { $0.bool(hasCare) } else { $0.null() }
            $0.member("source", facility.source)
            $0.key("distance_m")
            $0.double(hit.distanceMetres, decimals: 0)
        }
    }
}
