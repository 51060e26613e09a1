import Postgres

/// This feature's migrations in the order they are applied. Never change one that was released.
enum SymptomsMigrations {
    static let all = [
        Migration(
            feature: "Symptoms", name: "m0001-create-symptom-checks",
            sql: String(decoding: PackageResources.m0001_create_symptom_checks_sql, as: UTF8.self)),
        Migration(
            feature: "Symptoms", name: "m0002-withdraw-consents",
            sql: String(decoding: PackageResources.m0002_withdraw_consents_sql, as: UTF8.self)),
    ]
}
