import Domain

/// The two committed data files, as `Data/README.md` describes them.
enum PlacesFiles {
    static let places = "places.csv"
    static let facilities = "facilities.csv"

    /// - Throws: `PlacesFileError` with every line that is wrong.
    static func readPlaces(_ bytes: [UInt8]) throws -> [PlaceRecord] {
        let columns = [
            "slug", "name", "kind", "city", "province", "postal_code", "latitude", "longitude", "population", "other_names",
        ]
        return try CSVTable(file: places, bytes: bytes, columns: columns).map(uniqueBy: \.place.slug, place)
    }

    /// - Throws: `PlacesFileError` with every line that is wrong.
    static func readFacilities(_ bytes: [UInt8]) throws -> [Facility] {
        let columns = [
            "name", "kind", "category", "province", "district", "latitude", "longitude", "emergency_care", "source",
        ]
        return try CSVTable(file: facilities, bytes: bytes, columns: columns).map(uniqueBy: FacilityKey.init, facility)
    }

    /// What the table's unique constraint compares.
    private struct FacilityKey: Hashable {
        let name: String
        let kind: Facility.Kind
        let coordinate: Coordinate

        init(_ facility: Facility) {
            name = facility.name
            kind = facility.kind
            coordinate = facility.coordinate
        }
    }

    private enum Province: String, CaseIterable {
        case easternCape = "Eastern Cape", freeState = "Free State", gauteng = "Gauteng", kwaZuluNatal = "KwaZulu-Natal"
        case limpopo = "Limpopo", mpumalanga = "Mpumalanga", northWest = "North West", northernCape = "Northern Cape"
        case westernCape = "Western Cape"
    }

    private enum KnownOrNot: String, CaseIterable {
        case yes, no, unknown

        var bool: Bool? { self == .unknown ? nil : self == .yes }
    }

    private static func place(_ record: CSVRecord) throws(CSVCellProblem) -> PlaceRecord {
        let place = Place(
            slug: try record.text("slug", matching: /[a-z0-9]+(-[a-z0-9]+)*/), name: try record.text("name"), kind: try record.value("kind"),
            city: try record.text("city"), province: try record.value("province", as: Province.self).rawValue,
            coordinate: try record.coordinate(), population: try record.count("population"))
        return PlaceRecord(
            place: place, postalCode: try record.text("postal_code", matching: /[0-9]{4}/),
            otherNames: record.list("other_names"))
    }

    private static func facility(_ record: CSVRecord) throws(CSVCellProblem) -> Facility {
        Facility(
            name: try record.text("name"), kind: try record.value("kind"), category: try record.text("category"),
            province: try record.value("province", as: Province.self).rawValue,
            district: record.optionalText("district"), coordinate: try record.coordinate(),
            emergencyCare: try record.value("emergency_care", as: KnownOrNot.self).bool, source: try record.text("source"))
    }
}
