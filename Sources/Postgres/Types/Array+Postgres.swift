/// A type whose one-dimensional arrays have a PostgreSQL type: `Int` elements make `bigint[]`, `UInt8` elements `bytea`.
///
/// A typed id joins with `extension DoctorID: PostgresArrayElement {}`.
public protocol PostgresArrayElement: Sendable {
    static var postgresArrayType: PostgresType { get }
    static func encode(array: [Self], into bytes: inout [UInt8]) throws
    static func decode(array value: PostgresValue) throws -> [Self]
}

extension Array: PostgresEncodable where Element: PostgresArrayElement {
    public static var postgresType: PostgresType { Element.postgresArrayType }

    public func encode(into bytes: inout [UInt8]) throws -> PostgresEncoding {
        try Element.encode(array: self, into: &bytes)
        return .value
    }
}

extension Array: PostgresDecodable where Element: PostgresArrayElement {
    public init(postgres value: PostgresValue) throws {
        self = try Element.decode(array: value)
    }
}

extension UInt8: PostgresArrayElement {
    public static var postgresArrayType: PostgresType { .bytea }

    public static func encode(array: [UInt8], into bytes: inout [UInt8]) {
        bytes += array
    }

    public static func decode(array value: PostgresValue) throws -> [UInt8] {
        var reader = try value.reader(for: .bytea)
        return Array(reader.remainder())
    }
}

/// The header is: dimensions, a flag for NULLs, the element type, then length and lower bound of each dimension.
extension PostgresArrayElement where Self: PostgresCodable {
    public static var postgresArrayType: PostgresType { postgresType.array }

    public static func encode(array: [Self], into bytes: inout [UInt8]) throws {
        guard let count = Int32(exactly: array.count) else { throw PostgresMismatch.unrepresentable }
        for field in [array.isEmpty ? 0 : 1, 0] as [Int32] { bytes.append(bigEndian: field) }
        bytes.append(bigEndian: postgresType.oid)
        guard count > 0 else { return }
        for field in [count, 1] { bytes.append(bigEndian: field) }
        for element in array { try bytes.append(element: element) }
    }

    public static func decode(array value: PostgresValue) throws -> [Self] {
        guard value.type.isArray else { throw PostgresMismatch.type }
        var reader = try value.reader()
        let dimensions = try reader.integer(Int32.self)
        _ = try reader.integer(Int32.self)
        let elementType = PostgresType(oid: try reader.integer())
        guard dimensions > 0 else { return [] }
        guard dimensions == 1 else { throw PostgresMismatch.dimensions }
        let count = try reader.integer(Int32.self)
        _ = try reader.integer(Int32.self)
        guard count >= 0, Int(count) * 4 <= reader.count else { throw PostgresMismatch.malformed }
        return try (0..<count).map { _ in try Self(postgres: reader.element(of: elementType)) }
    }
}

extension Bool: PostgresArrayElement {}
extension Int16: PostgresArrayElement {}
extension Int32: PostgresArrayElement {}
extension Int64: PostgresArrayElement {}
extension Int: PostgresArrayElement {}
extension Float: PostgresArrayElement {}
extension Double: PostgresArrayElement {}
extension String: PostgresArrayElement {}
extension TransactionID: PostgresArrayElement {}
extension Array: PostgresArrayElement where Element == UInt8 {}
extension Optional: PostgresArrayElement where Wrapped: PostgresCodable & PostgresArrayElement {}
