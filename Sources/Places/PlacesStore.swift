import Domain
import Postgres

/// All SQL of this feature.
struct PlacesStore: Sendable {
    let database: any PostgresQuerying

    /// All places, in no order.
    func places() async throws -> [PlaceRecord] {
        try await database.query(
            "SELECT slug, name, kind, city, province, postal_code, latitude, longitude, population, other_names FROM places"
        ).map { row in
            let place = Place(
                slug: try row.decode("slug"), name: try row.decode("name"), kind: try row.decode("kind"),
                city: try row.decode("city"), province: try row.decode("province"), coordinate: try row.coordinate(),
                population: try row.decode("population"))
            return PlaceRecord(
                place: place, postalCode: try row.decode("postal_code"), otherNames: try row.decode("other_names"))
        }
    }

    /// All facilities, oldest first.
    func facilities() async throws -> [Facility] {
        try await database.query(
            """
            SELECT name, kind, category, province, district, latitude, longitude, emergency_care, source
            FROM facilities ORDER BY id
            """
        ).map { row in
            Facility(
                name: try row.decode("name"), kind: try row.decode("kind"), category: try row.decode("category"),
                province: try row.decode("province"), district: try row.decode("district"),
                coordinate: try row.coordinate(), emergencyCare: try row.decode("emergency_care"),
                source: try row.decode("source"))
        }
    }

    /// Until the transaction ends nobody else loads; readers are not held up.
    func lockForLoading() async throws {
        // Another server's load is waited for, not failed on: it is long for a request.
        try await database.query("SET LOCAL lock_timeout = '2min'")
        try await database.query("SET LOCAL statement_timeout = '2min'")
        try await database.query("LOCK TABLE place_files IN SHARE ROW EXCLUSIVE MODE")
    }

    /// Whether the table was filled from a file of exactly these bytes.
    func isLoaded(_ file: String, _ bytes: [UInt8]) async throws -> Bool {
        let rows = try await database.query("SELECT FROM place_files WHERE name = \(file) AND sha256 = sha256(\(bytes))")
        return !rows.isEmpty
    }

    func setLoaded(_ file: String, _ bytes: [UInt8]) async throws {
        try await database.query(
            """
            INSERT INTO place_files (name, sha256) VALUES (\(file), sha256(\(bytes)))
            ON CONFLICT (name) DO UPDATE SET sha256 = excluded.sha256, loaded_at = excluded.loaded_at
            """)
    }

    /// Makes the table hold exactly these rows; a slug keeps its id, unchanged rows are not touched.
    func replacePlaces(_ records: [PlaceRecord]) async throws -> TableChange {
        let places = records.map(\.place)
        let slugs = places.map(\.slug)
        let removed = try await database.query(
            """
            DELETE FROM places
            WHERE NOT EXISTS (SELECT FROM unnest(\(slugs)) AS kept (slug) WHERE kept.slug = places.slug)
            """)
        let written = try await database.query(
            """
            INSERT INTO places AS old
                (slug, name, kind, city, province, postal_code, latitude, longitude, population, other_names)
            SELECT slug, name, kind, city, province, postal_code, latitude, longitude, population,
                coalesce(string_to_array(other_names, '|'), '{}')
            FROM unnest(
                \(slugs), \(places.map(\.name)), \(places.map(\.kind.rawValue)), \(places.map(\.city)),
                \(places.map(\.province)), \(records.map(\.postalCode)), \(places.map(\.coordinate.latitude)),
                \(places.map(\.coordinate.longitude)), \(places.map(\.population)),
                \(records.map { $0.otherNames.joined(separator: "|") })
            ) AS new (slug, name, kind, city, province, postal_code, latitude, longitude, population, other_names)
            ON CONFLICT (slug) DO UPDATE SET
                name = excluded.name, kind = excluded.kind, city = excluded.city, province = excluded.province,
                postal_code = excluded.postal_code, latitude = excluded.latitude, longitude = excluded.longitude,
                population = excluded.population, other_names = excluded.other_names
            WHERE (old.name, old.kind, old.city, old.province, old.postal_code, old.latitude, old.longitude,
                    old.population, old.other_names)
                IS DISTINCT FROM (excluded.name, excluded.kind, excluded.city, excluded.province, excluded.postal_code,
                    excluded.latitude, excluded.longitude, excluded.population, excluded.other_names)
            """)
        return TableChange(written: written.affectedRows, removed: removed.affectedRows)
    }

    /// Makes the table hold exactly these rows; unchanged rows are not touched.
    func replaceFacilities(_ facilities: [Facility]) async throws -> TableChange {
        let (names, kinds) = (facilities.map(\.name), facilities.map(\.kind.rawValue))
        let (latitudes, longitudes) = (facilities.map(\.coordinate.latitude), facilities.map(\.coordinate.longitude))
        let removed = try await database.query(
            """
            DELETE FROM facilities AS old WHERE NOT EXISTS (
                SELECT FROM unnest(\(names), \(kinds), \(latitudes), \(longitudes)) AS kept (name, kind, latitude, longitude)
                WHERE (kept.name, kept.kind, kept.latitude, kept.longitude)
                    = (old.name, old.kind, old.latitude, old.longitude))
            """)
        let written = try await database.query(
            """
            INSERT INTO facilities AS old
                (name, kind, latitude, longitude, category, province, district, emergency_care, source)
            SELECT * FROM unnest(
                \(names), \(kinds), \(latitudes), \(longitudes), \(facilities.map(\.category)),
                \(facilities.map(\.province)), \(facilities.map(\.district)), \(facilities.map(\.emergencyCare)),
                \(facilities.map(\.source)))
            ON CONFLICT (name, kind, latitude, longitude) DO UPDATE SET
                category = excluded.category, province = excluded.province, district = excluded.district,
                emergency_care = excluded.emergency_care, source = excluded.source
            WHERE (old.category, old.province, old.district, old.emergency_care, old.source)
                IS DISTINCT FROM (excluded.category, excluded.province, excluded.district, excluded.emergency_care,
                    excluded.source)
            """)
        return TableChange(written: written.affectedRows, removed: removed.affectedRows)
    }
}

extension Place.Kind: PostgresDecodable {}
extension Facility.Kind: PostgresDecodable {}

extension PostgresRow {
    fileprivate func coordinate() throws -> Coordinate {
        guard let coordinate = Coordinate(latitude: try decode("latitude"), longitude: try decode("longitude")) else {
            preconditionFailure("check constraints keep coordinates on the globe")
        }
        return coordinate
    }
}
