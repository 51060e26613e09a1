import NIOCore

/// Writes JSON by hand straight into the buffer a response sends: no intermediate objects, no reflection.
/// The caller keeps the structure right (a key before each value inside an object); commas are put by the writer.
///
///     var json = JSONWriter()
///     json.object {
///         $0.member("name", "Dr Mokoena")
///         $0.key("lat")
///         $0.double(-26.1, decimals: 4)
///     }
///
/// Every call costs time in proportion to the bytes it writes. Reuse a writer with `removeAll()`.
public struct JSONWriter: Sendable {
    /// What was written so far, UTF-8.
    public internal(set) var buffer: ByteBuffer
    var needsComma = false

    /// A copy of what was written so far.
    public var bytes: [UInt8] { Array(buffer.readableBytesView) }

    /// - Parameter capacity: bytes to set aside at the start.
    public init(capacity: Int = 1024) { buffer = ByteBufferAllocator().buffer(capacity: capacity) }

    /// Forgets what was written and keeps the memory.
    public mutating func removeAll() {
        buffer.clear()
        needsComma = false
    }

    /// `{ … }` with what the closure writes.
    public mutating func object(_ members: (inout JSONWriter) throws -> Void) rethrows {
        beginObject()
        try members(&self)
        endObject()
    }

    /// `[ … ]` with what the closure writes.
    public mutating func array(_ elements: (inout JSONWriter) throws -> Void) rethrows {
        beginArray()
        try elements(&self)
        endArray()
    }

    public mutating func beginObject() { open("{") }
    public mutating func endObject() { close("}") }
    public mutating func beginArray() { open("[") }
    public mutating func endArray() { close("]") }

    /// A member's name; the next call writes its value. Static names without quotes or backslashes are copied as they are.
    public mutating func key(_ name: StaticString) {
        separate()
        append("\"")
        buffer.writeStaticString(name)
        append("\"")
        append(":")
        needsComma = false
    }

    /// A member's name known only at run time, escaped.
    public mutating func key(escaping name: String) {
        string(name)
        append(":")
        needsComma = false
    }
}

extension JSONWriter {
    mutating func separate() {
        if needsComma { append(",") }
    }

    /// One ASCII character.
    private mutating func append(_ character: Unicode.Scalar) { buffer.writeInteger(UInt8(ascii: character)) }

    private mutating func open(_ bracket: Unicode.Scalar) {
        separate()
        append(bracket)
        needsComma = false
    }

    private mutating func close(_ bracket: Unicode.Scalar) {
        append(bracket)
        needsComma = true
    }

    mutating func appendQuoted(_ text: String) {
        var text = text
        append("\"")
        text.withUTF8 { utf8 in
            var start = 0
            for index in utf8.indices where Self.needsEscape(utf8[index]) {
                buffer.writeBytes(UnsafeRawBufferPointer(rebasing: UnsafeRawBufferPointer(utf8)[start..<index]))
                appendEscape(utf8[index])
                start = index + 1
            }
            buffer.writeBytes(UnsafeRawBufferPointer(rebasing: UnsafeRawBufferPointer(utf8)[start...]))
        }
        append("\"")
    }

    private static func needsEscape(_ byte: UInt8) -> Bool {
        byte < 0x20 || byte == UInt8(ascii: "\"") || byte == UInt8(ascii: "\\")
    }

    private mutating func appendEscape(_ byte: UInt8) {
        switch byte {
        case UInt8(ascii: "\""): buffer.writeStaticString("\\\"")
        case UInt8(ascii: "\\"): buffer.writeStaticString("\\\\")
        case UInt8(ascii: "\n"): buffer.writeStaticString("\\n")
        case UInt8(ascii: "\r"): buffer.writeStaticString("\\r")
        case UInt8(ascii: "\t"): buffer.writeStaticString("\\t")
        default: buffer.writeString("\\u00\(byte < 0x10 ? "0" : "")\(String(byte, radix: 16))")
        }
    }
}
