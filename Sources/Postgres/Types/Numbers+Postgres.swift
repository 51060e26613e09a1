extension Bool: PostgresCodable {
    public static var postgresType: PostgresType { .bool }

    public func encode(into bytes: inout [UInt8]) -> PostgresEncoding {
        bytes.append(self ? 1 : 0)
        return .value
    }

    public init(postgres value: PostgresValue) throws {
        var reader = try value.reader(for: .bool)
        self = try reader.integer(UInt8.self) != 0
    }
}

extension Int16: PostgresCodable {
    public static var postgresType: PostgresType { .int2 }
}

extension Int32: PostgresCodable {
    public static var postgresType: PostgresType { .int4 }
}

extension Int64: PostgresCodable {
    public static var postgresType: PostgresType { .int8 }
}

extension Int: PostgresCodable {
    public static var postgresType: PostgresType { .int8 }
}

/// Every Swift integer reads every PostgreSQL integer whose value fits.
extension FixedWidthInteger where Self: PostgresCodable {
    public func encode(into bytes: inout [UInt8]) -> PostgresEncoding {
        bytes.append(bigEndian: self)
        return .value
    }

    public init(postgres value: PostgresValue) throws {
        var reader = try value.reader(for: .int2, .int4, .int8)
        let wide: Int64 =
            switch value.type {
            case .int2: Int64(try reader.integer(Int16.self))
            case .int4: Int64(try reader.integer(Int32.self))
            default: try reader.integer(Int64.self)
            }
        guard let fitting = Self(exactly: wide) else { throw PostgresMismatch.unrepresentable }
        self = fitting
    }
}

extension Float: PostgresCodable {
    public static var postgresType: PostgresType { .float4 }

    public func encode(into bytes: inout [UInt8]) -> PostgresEncoding {
        bytes.append(bigEndian: bitPattern)
        return .value
    }

    public init(postgres value: PostgresValue) throws {
        var reader = try value.reader(for: .float4)
        self.init(bitPattern: try reader.integer())
    }
}

extension Double: PostgresCodable {
    public static var postgresType: PostgresType { .float8 }

    public func encode(into bytes: inout [UInt8]) -> PostgresEncoding {
        bytes.append(bigEndian: bitPattern)
        return .value
    }

    public init(postgres value: PostgresValue) throws {
        var reader = try value.reader(for: .float4, .float8)
        self = value.type == .float4 ? Double(Float(bitPattern: try reader.integer())) : Double(bitPattern: try reader.integer())
    }
}

/// A PostgreSQL transaction id (`xid8`): never wraps around, as `pg_current_xact_id()` gives it.
public struct TransactionID: RawRepresentable, Hashable, Comparable, Codable, Sendable, PostgresCodable {
    public let rawValue: UInt64

    public init(rawValue: UInt64) {
        self.rawValue = rawValue
    }

    public static func < (left: Self, right: Self) -> Bool { left.rawValue < right.rawValue }

    public static var postgresType: PostgresType { .xid8 }

    public func encode(into bytes: inout [UInt8]) -> PostgresEncoding {
        bytes.append(bigEndian: rawValue)
        return .value
    }

    public init(postgres value: PostgresValue) throws {
        var reader = try value.reader(for: .xid8)
        self.init(rawValue: try reader.integer())
    }
}
