import FoundationEssentials

extension String: PostgresCodable {
    public static var postgresType: PostgresType { .text }

    public func encode(into bytes: inout [UInt8]) -> PostgresEncoding {
        bytes.append(contentsOf: utf8)
        return .value
    }

    /// Reads text, the labels of enums and the text-like types of extensions.
    public init(postgres value: PostgresValue) throws {
        let isText = [.text, .varchar, .bpchar, .name, .char, .unknown, .json].contains(value.type)
        guard isText || value.type.isUserDefined else { throw PostgresMismatch.type }
        var reader = try value.reader()
        guard let text = String(validating: reader.remainder(), as: UTF8.self) else { throw PostgresMismatch.malformed }
        self = text
    }
}

extension UUID: PostgresCodable, PostgresArrayElement {
    public static var postgresType: PostgresType { .uuid }

    public func encode(into bytes: inout [UInt8]) -> PostgresEncoding {
        withUnsafeBytes(of: uuid) { bytes.append(contentsOf: $0) }
        return .value
    }

    public init(postgres value: PostgresValue) throws {
        var reader = try value.reader(for: .uuid)
        self.init(uuid: try reader.take(16).loadUnaligned(as: uuid_t.self))
    }
}
