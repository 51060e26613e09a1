/// Why a value and a type did not meet.
public enum PostgresMismatch: Error, Hashable, Sendable {
    /// The column's type is not one the Swift type reads.
    case type
    /// The column is NULL and the Swift type is not optional.
    case null
    /// The bytes are not a value of the column's type.
    case malformed
    /// The Swift type has no such value: too large, too precise, infinite, an unknown raw value, unexpected JSON.
    case unrepresentable
    /// The array has more than one dimension.
    case dimensions
}

/// A column that could not be read. Names column and types, never the value.
public struct PostgresDecodingError: Error, Hashable, Sendable, CustomStringConvertible {
    public let column: String
    /// `nil` when the result has no such column.
    public let postgresType: PostgresType?
    public let swiftType: String
    public let mismatch: PostgresMismatch?

    public var description: String {
        guard let postgresType else { return "the result has no column \(column), wanted as \(swiftType)" }
        let reason: String =
            switch mismatch {
            case .type: "has another type"
            case .null: "is NULL"
            case .malformed: "is malformed"
            case .dimensions: "has more than one dimension"
            case .unrepresentable, nil: "holds a value without a counterpart"
            }
        return "column \(column) of type \(postgresType), wanted as \(swiftType), \(reason)"
    }
}

/// A parameter that could not be sent. Names its types, never the value.
public struct PostgresEncodingError: Error, Hashable, Sendable, CustomStringConvertible {
    public let swiftType: String
    public let postgresType: PostgresType

    public var description: String { "a parameter of type \(swiftType) has no form as \(postgresType)" }
}
