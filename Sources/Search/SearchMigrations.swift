import Postgres

/// This feature's migrations in the order they are applied. Never change one that was released.
enum SearchMigrations {
    static let all = [
        Migration(
            feature: "Search", name: "m0001-create-search-followers",
            sql: String(decoding: PackageResources.m0001_create_search_followers_sql, as: UTF8.self))
    ]
}
