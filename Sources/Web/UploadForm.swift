import HTTPTypes
import Hummingbird
import NIOCore

/// An HTML form with a file in it (`multipart/form-data`, RFC 7578). What the sender calls the file and its type is passed over.
public struct UploadForm: Sendable {
    /// The form's plain fields, the last of each name.
    public let fields: [String: String]
    /// The bytes of the file; empty where none was chosen.
    public let file: [UInt8]

    /// Reads the body. Where a cookie session makes the request, the form must carry its `form_token`.
    /// - Parameters:
    ///   - fileField: the name of the file's field.
    ///   - maxFileBytes: the largest file accepted; the other fields have 64 KiB.
    /// - Throws: 400 for anything that is no such form, 403 `request.forged_form`, 413, 415.
    public init(_ request: Request, context: AppRequestContext, fileField: String, maxFileBytes: Int) async throws {
        guard let boundary = Self.boundary(of: request.headers[.contentType] ?? "") else {
            throw Problem.unsupportedMediaType(expected: "multipart/form-data")
        }
        let limit = maxFileBytes + 64 * 1024
        let body: ByteBuffer
        do { body = try await request.body.collect(upTo: limit) } catch is NIOTooManyBytesError {
            throw Problem.bodyTooLarge(limitBytes: limit)
        }
        guard let parts = Self.parts(Array(body.readableBytesView), boundary: Array(boundary.utf8)) else {
            throw Problem.invalidRequest([], detail: "The form cannot be read.")
        }
        fields = Dictionary(
            parts.filter { $0.name != fileField }.map { ($0.name, String(decoding: $0.bytes, as: UTF8.self)) }, uniquingKeysWith: { $1 })
        file = parts.first { $0.name == fileField }.map { Array($0.bytes) } ?? []
        if let expected = context.formToken, !(fields["form_token"] ?? "").equalsInConstantTime(expected) { throw Problem.forgedForm }
    }

    typealias Part = (name: String, bytes: ArraySlice<UInt8>)

    /// The boundary of a content type, 1 to 70 characters; nil for other types.
    static func boundary(of contentType: String) -> String? {
        let parts = contentType.split(separator: ";").map { $0.trimmingSpaces() }
        guard parts.first?.lowercased() == "multipart/form-data",
            let parameter = parts.first(where: { $0.lowercased().hasPrefix("boundary=") })
        else { return nil }
        let boundary = parameter.dropFirst("boundary=".count).trimmingPrefix("\"")
        let text = String(boundary.hasSuffix("\"") ? boundary.dropLast() : boundary)
        return (1...70).contains(text.utf8.count) ? text : nil
    }

    /// The named parts of a body; nil for one that does not end as it should.
    static func parts(_ body: [UInt8], boundary: [UInt8]) -> [Part]? {
        let delimiter = Array("\r\n--".utf8) + boundary
        // the first delimiter has no line before it
        guard body.starts(with: delimiter.dropFirst(2)) else { return nil }
        var parts: [Part] = []
        var rest = body[(delimiter.count - 2)...]
        while !rest.starts(with: Array("--".utf8)) {
            guard rest.starts(with: Array("\r\n".utf8)), let end = rest.range(of: delimiter)?.lowerBound else { return nil }
            let part = rest[rest.startIndex..<end]
            guard let gap = part.range(of: Array("\r\n\r\n".utf8)) else { return nil }
            let head = String(decoding: part[..<gap.lowerBound], as: UTF8.self)
            if let name = head.firstMatch(of: /(?i)content-disposition:[^\r\n]*[; ]name="([^"\r\n]*)"/) {
                parts.append((String(name.1), part[gap.upperBound...]))
            }
            rest = rest[(end + delimiter.count)...]
        }
        return parts
    }
}

extension ArraySlice<UInt8> {
    /// The first place of a pattern. The first byte is looked for quickly; boundaries begin with a rare one.
    fileprivate func range(of pattern: [UInt8]) -> Range<Int>? {
        withUnsafeBufferPointer { bytes in
            guard let first = pattern.first, bytes.count >= pattern.count else { return nil }
            var index = 0
            while index <= bytes.count - pattern.count {
                if bytes[index] == first, pattern.indices.allSatisfy({ bytes[index + $0] == pattern[$0] }) {
                    return startIndex + index..<startIndex + index + pattern.count
                }
                index += 1
            }
            return nil
        }
    }
}
