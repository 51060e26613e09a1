import Postgres

/// This feature's migrations in the order they are applied. Never change one that was released.
enum DoctorsMigrations {
    static let all = [
        migration("m0001-create-doctors", PackageResources.m0001_create_doctors_sql),
        migration("m0002-create-doctor-changes", PackageResources.m0002_create_doctor_changes_sql),
        migration("m0003-create-doctor-listings", PackageResources.m0003_create_doctor_listings_sql),
        migration("m0004-prune-doctor-changes", PackageResources.m0004_prune_doctor_changes_sql),
        migration("m0005-add-half-days", PackageResources.m0005_add_half_days_sql),
        migration("m0006-create-verifications", PackageResources.m0006_create_verifications_sql),
    ]

    private static func migration(_ name: String, _ sql: [UInt8]) -> Migration {
        Migration(feature: "Doctors", name: name, sql: String(decoding: sql, as: UTF8.self))
    }
}
