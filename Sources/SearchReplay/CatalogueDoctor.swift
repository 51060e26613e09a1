import SearchIndex

/// One line of a catalogue, checked. Texts that are absent are empty.
struct CatalogueDoctor: Sendable {
    var id = CatalogueID.integer(0)
    var name = ""
    var specialties: [String] = []
    var practice = ""
    var bio = ""
    var suburb = ""
    var city = ""
    var location: GeoPoint?
    var rating: Double?
    var reviewCount = 0
    var feeCents: Int?
    /// Minutes since 1970.
    var nextAvailableMinute: Int?
    var languages: [String] = []
    var schemes: [String] = []
    var gender: String?
    var telehealth: Bool?

    /// Throws `LineProblem`.
    init(line: [UInt8]) throws {
        var id: CatalogueID?
        var (latitude, longitude): (Double?, Double?)
        try JSONCursor.readLine(line) { key, value in
            switch key {
            case "id": id = try value.readID()
            case "name": name = try value.readString()
            case "specialties": specialties = try value.readStrings()
            case "practice": practice = try value.readString()
            case "bio": bio = try value.readString()
            case "suburb": suburb = try value.readString()
            case "city": city = try value.readString()
            case "province": _ = try value.readString()
            case "lat": latitude = try value.readNumber(in: -90...90)
            case "lon": longitude = try value.readNumber(in: -180...180)
            case "rating": rating = try value.readNumber(in: 1...5)
            case "review_count": reviewCount = try value.readInteger(in: 0...CatalogueDoctor.greatestCount)
            case "fee_cents": feeCents = try value.readInteger(in: 0...CatalogueDoctor.greatestCount)
            case "next_available": nextAvailableMinute = try value.readInteger(in: 0...CatalogueDoctor.greatestMinute)
            case "languages": languages = try value.readStrings()
            case "schemes": schemes = try value.readStrings()
            case "gender": gender = try value.readString()
            case "telehealth": telehealth = try value.readBoolean()
            default: return false
            }
            return true
        }
        guard let id else { throw LineProblem(reason: "has no id") }
        self.id = id
        switch (latitude, longitude) {
        case (let latitude?, let longitude?): location = GeoPoint(latitude: latitude, longitude: longitude)
        case (nil, nil): break
        default: throw LineProblem(reason: "has one of lat and lon, but not both")
        }
    }

    /// The index keeps fees and counts in 32 bits, and minutes in 31.
    private static let greatestCount = Int64(UInt32.max) - 1
    private static let greatestMinute = Int64(Int32.max) - 1
}

extension JSONCursor {
    fileprivate mutating func readID() throws -> CatalogueID {
        if isAtString() { return .string(try readString()) }
        let roomForStrings = Int64(UInt32.max)
        return .integer(Int64(try readInteger(in: .min...(.max - roomForStrings))))
    }
}
