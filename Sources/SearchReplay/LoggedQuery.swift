import SearchIndex

/// One line of a query log, checked.
struct LoggedQuery: Sendable {
    enum Fields: String, CaseIterable, Sendable { case identity, body }
    enum Match: String, CaseIterable, Sendable { case all, any }
    enum Expansion: String, CaseIterable, Sendable { case none, prefix, typo }
    enum Sort: String, CaseIterable, Sendable { case text, blend, distance, soonest, reviews, none }
    enum Facet: String, CaseIterable, Sendable { case specialty, rating }

    var id = ""
    var queryClass = ""
    var text: String?
    var fields = Fields.identity
    var match = Match.all
    var expand = Expansion.none
    var specialty: String?
    var scheme: String?
    var language: String?
    var near: GeoPoint?
    var radiusMetres: Double?
    var minimumRating: Double?
    var maximumFeeCents: Int?
    /// Minutes since 1970, not included.
    var availableBeforeMinute: Int?
    var telehealth: Bool?
    var sort = Sort.none
    /// Minutes since 1970.
    var nowMinute: Int?
    var limit = 20
    var facets: [Facet] = []

    /// Throws `LineProblem`.
    init(line: [UInt8]) throws {
        var (id, queryClass): (String?, String?)
        try JSONCursor.readLine(line) { key, value in
            switch key {
            case "id": id = try value.readString()
            case "class": queryClass = try value.readString()
            case "text": text = try value.readString()
            case "fields": fields = try value.readChoice()
            case "match": match = try value.readChoice()
            case "expand": expand = try value.readChoice()
            case "specialty": specialty = try value.readString()
            case "scheme": scheme = try value.readString()
            case "language": language = try value.readString()
            case "near": near = try value.readPoint()
            case "radius_km": radiusMetres = try value.readNumber(in: 0...LoggedQuery.greatestRadiusKilometres) * 1000
            case "min_rating": minimumRating = try value.readNumber(in: 0...5)
            case "max_fee_cents": maximumFeeCents = try value.readInteger(in: 0...LoggedQuery.greatestInteger)
            case "available_before": availableBeforeMinute = try value.readInteger(in: 0...LoggedQuery.greatestInteger)
            case "telehealth": telehealth = try value.readBoolean()
            case "sort": sort = try value.readChoice()
            case "now": nowMinute = try value.readInteger(in: 0...LoggedQuery.greatestInteger)
            case "limit": limit = try value.readInteger(in: 0...LoggedQuery.greatestInteger)
            case "facets": facets = try value.readFacets()
            default: return false
            }
            return true
        }
        guard let id else { throw LineProblem(reason: "has no id") }
        guard let queryClass else { throw LineProblem(reason: "has no class") }
        (self.id, self.queryClass) = (id, queryClass)
        try checkTogether()
    }

    private func checkTogether() throws {
        if radiusMetres != nil, near == nil { throw LineProblem(reason: "radius_km needs near") }
        if sort == .distance, near == nil { throw LineProblem(reason: "sort: distance needs near") }
        if sort == .blend, nowMinute == nil { throw LineProblem(reason: "sort: blend needs now") }
    }

    /// Beyond half the globe's girth; every place is nearer.
    private static let greatestRadiusKilometres = 50_000.0
    private static let greatestInteger = Int64(Int32.max)

    /// The queries of a log in their order, those of one class if it is given. Throws `ReplayError`.
    static func read(file: String, queryClass: String? = nil) throws -> [LoggedQuery] {
        var queries: [LoggedQuery] = []
        try LineReader.forEachLine(of: file) { line, _ in
            let query = try LoggedQuery(line: line)
            if queryClass == nil || query.queryClass == queryClass { queries.append(query) }
        }
        if queries.isEmpty { throw ReplayError.nothingToRun(file: file, queryClass: queryClass) }
        return queries
    }
}

extension JSONCursor {
    fileprivate mutating func readPoint() throws -> GeoPoint {
        var degrees: [Double] = []
        try readArray { degrees.append(try $0.readNumber()) }
        guard degrees.count == 2, let point = GeoPoint(latitude: degrees[0], longitude: degrees[1]) else {
            throw LineProblem(reason: "expected [latitude, longitude] in degrees")
        }
        return point
    }

    fileprivate mutating func readFacets() throws -> [LoggedQuery.Facet] {
        var facets: [LoggedQuery.Facet] = []
        try readArray { facets.append(try $0.readChoice()) }
        return facets
    }
}
