/// A Swift value that can be a bound parameter.
///
/// A raw-value enum or typed id needs nothing but the conformance: `extension DoctorID: PostgresCodable {}`.
public protocol PostgresEncodable: Sendable {
    /// The type the parameter is declared with.
    static var postgresType: PostgresType { get }

    /// Appends PostgreSQL's binary form of the value.
    /// - Throws: when the value has no such form (a date beyond the year 294276, a failing `Encodable`).
    func encode(into bytes: inout [UInt8]) throws -> PostgresEncoding
}

/// What ``PostgresEncodable/encode(into:)`` did.
public enum PostgresEncoding: Sendable {
    /// The bytes appended are the value; there may be none of them, as in an empty text.
    case value
    /// The value is NULL and nothing was appended.
    case null
}

/// A Swift value that can be read from a column.
public protocol PostgresDecodable: Sendable {
    /// Reads PostgreSQL's binary form.
    /// - Throws: ``PostgresMismatch`` when the column's type, bytes or NULL do not fit.
    init(postgres value: PostgresValue) throws
}

public typealias PostgresCodable = PostgresEncodable & PostgresDecodable

extension PostgresEncodable where Self: RawRepresentable, RawValue: PostgresEncodable {
    public static var postgresType: PostgresType { RawValue.postgresType }

    public func encode(into bytes: inout [UInt8]) throws -> PostgresEncoding {
        try rawValue.encode(into: &bytes)
    }
}

extension PostgresDecodable where Self: RawRepresentable, RawValue: PostgresDecodable {
    public init(postgres value: PostgresValue) throws {
        guard let decoded = Self(rawValue: try RawValue(postgres: value)) else { throw PostgresMismatch.unrepresentable }
        self = decoded
    }
}

extension Optional: PostgresEncodable where Wrapped: PostgresEncodable {
    public static var postgresType: PostgresType { Wrapped.postgresType }

    public func encode(into bytes: inout [UInt8]) throws -> PostgresEncoding {
        try self?.encode(into: &bytes) ?? .null
    }
}

extension Optional: PostgresDecodable where Wrapped: PostgresDecodable {
    public init(postgres value: PostgresValue) throws {
        self = value.isNull ? nil : try Wrapped(postgres: value)
    }
}
