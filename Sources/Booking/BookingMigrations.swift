import Postgres

/// This feature's migrations in the order they are applied. Never change one that was released.
enum BookingMigrations {
    static let all = [
        Migration(
            feature: "Booking", name: "m0001-create-bookings", sql: String(decoding: PackageResources.m0001_create_bookings_sql, as: UTF8.self))
    ]
}
