import Postgres

/// This feature's migrations in the order they are applied. Never change one that was released.
enum AccountsMigrations {
    static let all = [
        Migration(
            feature: "Accounts", name: "m0001-create-accounts",
            sql: String(decoding: PackageResources.m0001_create_accounts_sql, as: UTF8.self)),
        Migration(
            feature: "Accounts", name: "m0002-create-push-tokens",
            sql: String(decoding: PackageResources.m0002_create_push_tokens_sql, as: UTF8.self)),
    ]
}
