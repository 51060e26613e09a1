/// A PostgreSQL type by its object identifier, as listed in `pg_type`.
public struct PostgresType: Sendable, Hashable, CustomStringConvertible {
    public let oid: UInt32

    public init(oid: UInt32) {
        self.oid = oid
    }

    public static let bool = Self(oid: 16)
    public static let bytea = Self(oid: 17)
    public static let char = Self(oid: 18)
    public static let name = Self(oid: 19)
    public static let int8 = Self(oid: 20)
    public static let int2 = Self(oid: 21)
    public static let int4 = Self(oid: 23)
    public static let text = Self(oid: 25)
    public static let json = Self(oid: 114)
    public static let float4 = Self(oid: 700)
    public static let float8 = Self(oid: 701)
    public static let unknown = Self(oid: 705)
    public static let bpchar = Self(oid: 1042)
    public static let varchar = Self(oid: 1043)
    public static let date = Self(oid: 1082)
    public static let timestamptz = Self(oid: 1184)
    public static let numeric = Self(oid: 1700)
    public static let uuid = Self(oid: 2950)
    public static let jsonb = Self(oid: 3802)
    public static let tstzrange = Self(oid: 3910)
    public static let xid8 = Self(oid: 5069)

    /// The type's name, or `oid N` for one this driver does not know.
    public var description: String {
        if let name = Self.names[self] { return name }
        if let element = Self.arrays.first(where: { $0.value == self })?.key { return "\(element)[]" }
        return "oid \(oid)"
    }

    /// The array type with elements of this type.
    /// - Precondition: the type is one a Swift type of this module maps to.
    public var array: PostgresType {
        guard let array = Self.arrays[self] else { preconditionFailure("\(self) has no array type here") }
        return array
    }

    var isArray: Bool { Self.arrays.values.contains(self) || isUserDefined }

    /// Types defined by a database (enums, domains over them, extensions such as citext) have identifiers from here on.
    var isUserDefined: Bool { oid >= 16_384 }

    private static let names: [PostgresType: String] = [
        .bool: "bool", .bytea: "bytea", .char: "\"char\"", .name: "name", .int8: "int8", .int2: "int2", .int4: "int4",
        .text: "text", .json: "json", .float4: "float4", .float8: "float8", .unknown: "unknown", .bpchar: "bpchar",
        .varchar: "varchar", .date: "date", .timestamptz: "timestamptz", .numeric: "numeric", .uuid: "uuid",
        .jsonb: "jsonb", .tstzrange: "tstzrange", .xid8: "xid8",
    ]

    private static let arrays: [PostgresType: PostgresType] = [
        .bool: 1000, .bytea: 1001, .char: 1002, .name: 1003, .int8: 1016, .int2: 1005, .int4: 1007, .text: 1009, .json: 199, .float4: 1021,
        .float8: 1022, .bpchar: 1014, .varchar: 1015, .date: 1182, .timestamptz: 1185, .numeric: 1231, .uuid: 2951,
        .jsonb: 3807, .tstzrange: 3911, .xid8: 271,
    ].mapValues(PostgresType.init(oid:))
}
