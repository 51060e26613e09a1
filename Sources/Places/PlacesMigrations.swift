import Postgres

extension PlacesFeature {
    /// Creates `places`, `facilities` and `place_files`.
    public static let migrations = [
        Migration(
            feature: "places", name: "m0001-create-places",
            sql: String(decoding: PackageResources.m0001_create_places_sql, as: UTF8.self))
    ]
}
