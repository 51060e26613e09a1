/// One column of one row in PostgreSQL's binary form, valid only while ``PostgresDecodable/init(postgres:)`` runs.
public struct PostgresValue {
    public let type: PostgresType
    /// `nil` is NULL.
    private let buffer: UnsafeRawBufferPointer?

    init(type: PostgresType, buffer: UnsafeRawBufferPointer?) {
        self.type = type
        self.buffer = buffer
    }

    public var isNull: Bool { buffer == nil }

    /// The bytes of a value of one of the given types.
    /// - Throws: ``PostgresMismatch`` when the value is NULL or of another type.
    func reader(for types: PostgresType...) throws -> PostgresReader {
        guard types.contains(type) else { throw PostgresMismatch.type }
        return try reader()
    }

    /// The bytes of a value of any type.
    func reader() throws -> PostgresReader {
        guard let buffer else { throw PostgresMismatch.null }
        return PostgresReader(buffer)
    }
}

/// Reads a binary value front to back; every read is checked against what is left.
struct PostgresReader {
    private var rest: Slice<UnsafeRawBufferPointer>

    init(_ buffer: UnsafeRawBufferPointer) {
        rest = buffer[...]
    }

    var count: Int { rest.count }

    /// The next big-endian integer.
    mutating func integer<Value: FixedWidthInteger>(_: Value.Type = Value.self) throws -> Value {
        let bytes = try take(MemoryLayout<Value>.size)
        return Value(bigEndian: bytes.loadUnaligned(as: Value.self))
    }

    /// The next `count` bytes.
    mutating func take(_ count: Int) throws -> UnsafeRawBufferPointer {
        guard count >= 0, count <= rest.count else { throw PostgresMismatch.malformed }
        defer { rest = rest.dropFirst(count) }
        return UnsafeRawBufferPointer(rebasing: rest.prefix(count))
    }

    /// The next value with a length before it, as in arrays and ranges; length −1 is NULL.
    mutating func element(of type: PostgresType) throws -> PostgresValue {
        let count = try integer(Int32.self)
        return PostgresValue(type: type, buffer: count == -1 ? nil : try take(Int(count)))
    }

    /// All bytes that are left.
    mutating func remainder() -> UnsafeRawBufferPointer {
        defer { rest = rest.dropFirst(rest.count) }
        return UnsafeRawBufferPointer(rebasing: rest)
    }
}

extension [UInt8] {
    /// Appends an integer in network order.
    mutating func append(bigEndian value: some FixedWidthInteger) {
        Swift.withUnsafeBytes(of: value.bigEndian) { append(contentsOf: $0) }
    }

    /// Appends a value with its length before it, as in arrays and ranges.
    mutating func append(element: some PostgresEncodable) throws {
        let start = count
        append(bigEndian: Int32(-1))
        guard try element.encode(into: &self) == .value else { return }
        guard let length = Int32(exactly: count - start - 4) else { throw PostgresMismatch.unrepresentable }
        Swift.withUnsafeBytes(of: length.bigEndian) { replaceSubrange(start..<start + 4, with: $0) }
    }
}
