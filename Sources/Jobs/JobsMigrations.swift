import Postgres

/// The outbox's migrations in the order they are applied. Never change one that was released.
public enum JobsMigrations {
    public static let all = [
        Migration(
            feature: "Jobs", name: "m0001-create-outbox", sql: String(decoding: PackageResources.m0001_create_outbox_sql, as: UTF8.self))
    ]
}
