/// One step of a feature's schema, applied once and never changed afterwards.
public struct Migration: Hashable, Sendable {
    /// Whose tables it writes, as in `Doctors`.
    public let feature: String
    /// Unique within the feature, as in `m0001-create-doctors`.
    public let name: String
    /// One or more statements, run in one transaction; no transaction control, nothing `CONCURRENTLY`.
    public let sql: String

    public init(feature: String, name: String, sql: String) {
        self.feature = feature
        self.name = name
        self.sql = sql
    }
}

/// A migration that is refused.
public enum MigrationError: Error, Hashable, Sendable, CustomStringConvertible {
    /// It was applied with another text before. Write a new migration instead.
    case changed(feature: String, name: String)
    /// Its text ends the transaction it runs in.
    case endsTransaction(feature: String, name: String)

    public var description: String {
        switch self {
        case .changed(let feature, let name):
            "migration \(feature)/\(name) was applied with another text; restore it and write a new migration instead"
        case .endsTransaction(let feature, let name):
            "migration \(feature)/\(name) must not contain BEGIN, COMMIT or ROLLBACK"
        }
    }
}
