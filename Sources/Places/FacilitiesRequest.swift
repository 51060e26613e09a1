import Domain
import SearchIndex
import Web

/// What `GET /v1/facilities` was asked.
struct FacilitiesRequest {
    let query: FacilityQuery
    /// Whether it tells where a person is; a known place does not.
    let isPersonal: Bool
    private let cursorContext: [UInt8]

    /// Reads all parameters; nil when complaints were added to them.
    init?(_ parameters: inout RequestParameters, places: PlaceDirectory, cursorSigner: CursorSigner) {
        let near = parameters.coordinate("near")
        let slug = parameters.string("place", maxBytes: 100)
        let kinds = parameters.kinds()
        let emergencyCare = parameters.bool("emergency")
        let radiusKilometres = parameters.double("radius_km", in: 0.1...1_000)
        let limit = parameters.int("limit", in: 1...100) ?? 20
        let cursor = parameters.string("cursor", maxBytes: 200)

        guard let coordinate = parameters.origin(near: near, slug: slug, places: places) else { return nil }
        isPersonal = slug == nil
        cursorContext = Self.context(coordinate, kinds, emergencyCare, radiusKilometres)
        var query = FacilityQuery(
            coordinate: coordinate, kinds: kinds, emergencyCare: emergencyCare,
            radiusMetres: radiusKilometres.map { $0 * 1_000 }, limit: limit)
        if let cursor {
            guard let payload = try? cursorSigner.open(cursor, context: cursorContext) else {
                parameters.refuse(
                    "cursor", code: "not_valid", detail: "This cursor is not of this query. Start again without it.")
                return nil
            }
            query.after = SortPosition(cursorPayload: payload)
        }
        self.query = query
    }

    /// The cursor of the page that starts behind a hit.
    func cursor(behind hit: FacilityHit, _ signer: CursorSigner) -> String {
        signer.sign(payload: hit.position.cursorPayload, context: cursorContext)
    }

    /// Everything that decides which facilities come in which order.
    private static func context(
        _ coordinate: Coordinate, _ kinds: Set<Facility.Kind>, _ emergencyCare: Bool?, _ radiusKilometres: Double?
    ) -> [UInt8] {
        let parts: [String] = [
            "facilities", "\(coordinate.latitude)", "\(coordinate.longitude)",
            kinds.map(\.rawValue).sorted().joined(separator: ","), emergencyCare.map { "\($0)" } ?? "",
            radiusKilometres.map { "\($0)" } ?? "",
        ]
        return Array(parts.joined(separator: "|").utf8)
    }
}

extension RequestParameters {
    fileprivate mutating func kinds() -> Set<Facility.Kind> {
        let names = strings("kind", maxCount: Facility.Kind.allCases.count, maxBytes: 40)
        let kinds = names.compactMap(Facility.Kind.init(rawValue:))
        if kinds.count < names.count {
            let known = Facility.Kind.allCases.map(\.rawValue).joined(separator: ", ")
            refuse("kind", code: "not_allowed", detail: "These must be among: \(known).")
        }
        return Set(kinds)
    }

    /// The point of exactly one of the two.
    fileprivate mutating func origin(
        near: (latitude: Double, longitude: Double)?, slug: String?, places: PlaceDirectory
    ) -> Coordinate? {
        switch (near, slug) {
        case (let near?, nil):
            return Coordinate(latitude: near.latitude, longitude: near.longitude)
        case (nil, let slug?):
            if let place = places.place(slug: slug) { return place.coordinate }
            refuse("place", code: "unknown_place", detail: "No place has this slug. GET /v1/places?q= finds places by name.")
        case (_?, _?):
            refuse("place", code: "not_allowed", detail: "Send near or place, not both.")
        case (nil, nil):
            require("near", false)
        }
        return nil
    }
}

extension SortPosition {
    /// 16 bytes: the order's value and the id.
    fileprivate var cursorPayload: [UInt8] {
        [key.bitPattern, UInt64(bitPattern: id)].flatMap { number in
            (0..<8).map { UInt8(truncatingIfNeeded: number >> (56 - 8 * $0)) }
        }
    }

    /// - Parameter cursorPayload: as `cursorPayload` made it; the cursor's signature vouches for that.
    fileprivate init(cursorPayload: [UInt8]) {
        let numbers = [cursorPayload.prefix(8), cursorPayload.dropFirst(8)].map { $0.reduce(0 as UInt64) { $0 << 8 | UInt64($1) } }
        self.init(key: Double(bitPattern: numbers[0]), id: Int64(bitPattern: numbers[1]))
    }
}
