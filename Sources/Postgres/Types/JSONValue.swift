import FoundationEssentials

/// A `Codable` value stored as `jsonb`, with Foundation's default JSON coding.
public struct JSONValue<Value: Codable & Sendable>: Sendable {
    public var value: Value

    public init(_ value: Value) {
        self.value = value
    }
}

extension JSONValue: Equatable where Value: Equatable {}
extension JSONValue: Hashable where Value: Hashable {}

extension JSONValue: PostgresCodable, PostgresArrayElement {
    public static var postgresType: PostgresType { .jsonb }

    public func encode(into bytes: inout [UInt8]) throws -> PostgresEncoding {
        bytes.append(jsonbVersion)
        bytes.append(contentsOf: try JSONEncoder().encode(value))
        return .value
    }

    public init(postgres value: PostgresValue) throws {
        var reader = try value.reader(for: .jsonb, .json)
        if value.type == .jsonb, try reader.integer(UInt8.self) != jsonbVersion { throw PostgresMismatch.malformed }
        guard let decoded = try? JSONDecoder().decode(Value.self, from: Data(reader.remainder())) else {
            throw PostgresMismatch.unrepresentable
        }
        self.init(decoded)
    }
}

/// The one version of jsonb's binary form there is: this byte, then the JSON text.
private let jsonbVersion: UInt8 = 1
