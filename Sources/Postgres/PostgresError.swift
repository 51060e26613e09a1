/// What PostgreSQL, or libpq on its way there, answered.
///
/// The description names code, constraint, table and column. ``message`` and ``detail`` may quote values and SQL: they
/// are for the log at debug and never shown to anyone.
public struct PostgresError: Error, Hashable, Sendable {
    /// Five characters, as in `23505`: Appendix A of PostgreSQL's manual.
    public let sqlState: String
    /// The connection is gone, and with it an open transaction. The outcome of a statement under way is unknown.
    public let isConnectionLost: Bool
    public let schema: String?
    public let table: String?
    public let column: String?
    public let constraint: String?
    /// May quote values and SQL.
    public let message: String
    /// May quote values.
    public let detail: String?
    /// The prepared statement vanished or its tables changed; preparing it again helps.
    let isStaleStatement: Bool

    init(
        sqlState: SQLState, isConnectionLost: Bool = false, message: String, detail: String? = nil,
        schema: String? = nil, table: String? = nil, column: String? = nil, constraint: String? = nil,
        isStaleStatement: Bool = false
    ) {
        self.sqlState = sqlState.rawValue
        self.isConnectionLost = isConnectionLost || sqlState.endsConnection
        self.message = message
        self.detail = detail
        self.schema = schema
        self.table = table
        self.column = column
        self.constraint = constraint
        self.isStaleStatement = isStaleStatement
    }

    /// The transaction met another one and succeeds when tried again.
    var isRetryable: Bool {
        [SQLState.serializationFailure, .deadlockDetected].contains(SQLState(rawValue: sqlState)) || isStaleStatement
    }
}

extension PostgresError: CustomStringConvertible, CustomReflectable {
    public var description: String {
        let names = [("constraint", constraint), ("table", table), ("column", column)]
            .compactMap { kind, name in name.map { ", \(kind) \($0)" } }
        return "PostgreSQL error \(sqlState)\(isConnectionLost ? ", connection lost" : "")\(names.joined())"
    }

    public var customMirror: Mirror { Mirror(self, children: []) }
}

/// The codes this driver acts on.
struct SQLState: RawRepresentable, Hashable, Sendable {
    let rawValue: String

    static let cannotConnect = Self(rawValue: "08001")
    static let connectionFailure = Self(rawValue: "08006")
    static let notSupported = Self(rawValue: "0A000")
    static let failedTransaction = Self(rawValue: "25P02")
    static let unknownStatement = Self(rawValue: "26000")
    static let serializationFailure = Self(rawValue: "40001")
    static let deadlockDetected = Self(rawValue: "40P01")
    static let queryCanceled = Self(rawValue: "57014")

    /// Class 08, and the server going away: 57P01 to 57P03 and 57P05.
    var endsConnection: Bool {
        rawValue.hasPrefix("08") || ["57P01", "57P02", "57P03", "57P05"].contains(rawValue)
    }
}
