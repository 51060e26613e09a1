import Postgres

/// This feature's migrations in the order they are applied. Never change one that was released.
enum NotificationsMigrations {
    static let all = [
        Migration(
            feature: "Notifications", name: "m0001-create-notifications",
            sql: String(decoding: PackageResources.m0001_create_notifications_sql, as: UTF8.self)),
        Migration(
            feature: "Notifications", name: "m0002-create-refusals",
            sql: String(decoding: PackageResources.m0002_create_refusals_sql, as: UTF8.self)),
    ]
}
