import Places
import Postgres
import Testing

@Suite("Places constraints", .enabled(if: TestDatabase.isAvailable, TestDatabase.hint))
struct PlacesConstraintsTests {
    @Test("the database refuses every row that breaks an invariant, by the constraint's name")
    func refusesBadRows() async throws {
        let place = [
            "slug": "'a'", "name": "'A'", "kind": "'town'", "city": "'A'", "province": "'Gauteng'", "postal_code": "'0001'",
            "latitude": "-26", "longitude": "28", "population": "5", "other_names": "'{x,y}'",
        ]
        let badPlaces = [
            ("slug", "'A b'", "slug_format"), ("slug", "'a-'", "slug_format"), ("slug", "''", "slug_format"),
            ("name", "' '", "name_not_blank"), ("kind", "'village'", "kind_known"), ("city", "''", "city_not_blank"),
            ("province", "'Natal'", "province_known"), ("postal_code", "'123'", "postal_code_format"),
            ("kind", "'postal_code'", "postal_code_names_itself"), ("latitude", "'NaN'", "latitude_range"),
            ("latitude", "-90.1", "latitude_range"), ("longitude", "'NaN'", "longitude_range"),
            ("longitude", "'Infinity'", "longitude_range"), ("population", "-1", "population_range"),
            ("other_names", "'{x,NULL}'", "other_names_not_null"), ("other_names", "'{x,\" \"}'", "other_names_not_blank"),
            ("other_names", "'{\"\"}'", "other_names_not_blank"),
        ]
        let facility = [
            "name": "'A'", "kind": "'clinic'", "category": "'Clinic'", "province": "'Gauteng'", "district": "NULL",
            "latitude": "-26", "longitude": "28", "emergency_care": "NULL", "source": "'test'",
        ]
        let badFacilities = [
            ("name", "''", "name_not_blank"), ("kind", "'spa'", "kind_known"), ("category", "' '", "category_not_blank"),
            ("province", "'Natal'", "province_known"), ("district", "''", "district_not_blank"),
            ("latitude", "'NaN'", "latitude_range"), ("longitude", "181", "longitude_range"), ("source", "''", "source_not_blank"),
        ]
        try await Self.withTables { pool in
            for (column, value, constraint) in badPlaces {
                let refused = await Self.insert(place.merging([column: value]) { $1 }, into: "places", pool)
                #expect(refused == "places_\(constraint)", "\(column) = \(value)")
            }
            for (column, value, constraint) in badFacilities {
                let refused = await Self.insert(facility.merging([column: value]) { $1 }, into: "facilities", pool)
                #expect(refused == "facilities_\(constraint)", "\(column) = \(value)")
            }
            for (table, row, constraint) in [("places", place, "places_slug_unique"), ("facilities", facility, "facilities_unique")] {
                #expect(await Self.insert(row, into: table, pool) == nil)
                #expect(await Self.insert(row, into: table, pool) == constraint)
            }
        }
    }

    private static func withTables(_ body: @Sendable (PostgresPool) async throws -> Void) async throws {
        try await TestDatabase.withPool { pool in
            _ = try await Migrator(pool: pool, logger: TestDatabase.logger).migrate(PlacesFeature.migrations)
            try await body(pool)
        }
    }

    /// The constraint that refused the row; nil when it went in.
    private static func insert(_ row: [String: String], into table: String, _ pool: PostgresPool) async -> String? {
        let columns = row.keys.joined(separator: ", ")
        let values = row.values.joined(separator: ", ")
        do {
            try await pool.query("INSERT INTO \(unescaped: table) (\(unescaped: columns)) VALUES (\(unescaped: values))")
            return nil
        } catch let error as PostgresError {
            return error.constraint
        } catch {
            return "\(error)"
        }
    }
}
