import HTTPTypes
import Hummingbird
import NIOCore

extension RequestParameters {
    /// The query string. Empty values count, so `limit=` is refused as not a number.
    /// - Throws: 400 naming a parameter that does not decode.
    public init(query request: Request) throws(Problem) {
        let query = request.uri.query ?? ""
        // swift-nio repairs raw bytes that are not UTF-8 before anybody sees them
        guard !query.unicodeScalars.contains("\u{FFFD}") else {
            throw .invalidRequest([], detail: "The query string is not valid UTF-8.")
        }
        try self.init(formBytes: Array(query.utf8), emptyIsAbsent: false)
    }

    /// The body as an HTML form (`application/x-www-form-urlencoded`). Where a cookie session makes the request, the form must
    /// carry its `form_token`, which other sites cannot know; elsewhere the field is ignored.
    /// - Throws: 400 naming a field that does not decode, 403 `request.forged_form`, 413, 415.
    public init(form request: Request, context: AppRequestContext) async throws {
        try request.requireContentType("application/x-www-form-urlencoded")
        try self.init(formBytes: await request.bodyBytes(context), emptyIsAbsent: true)
        let sent = text("form_token", expected: "text") ?? ""
        if let expected = context.formToken, !sent.equalsInConstantTime(expected) { throw Problem.forgedForm }
    }

    /// The body as one JSON object (`application/json`, UTF-8).
    /// - Throws: 400 with the place of the first mistake (duplicate names and nesting over 16 levels are mistakes), 413, 415.
    public init(json request: Request, context: AppRequestContext) async throws {
        try request.requireContentType("application/json")
        try self.init(jsonBytes: await request.bodyBytes(context))
    }

    init(formBytes: [UInt8], emptyIsAbsent: Bool) throws(Problem) {
        do throws(FieldError) {
            self.init(try FormDecoding.pairs(formBytes).map { ($0.name, .text($0.value)) }, emptyIsAbsent: emptyIsAbsent)
        } catch {
            throw .invalidRequest([error])
        }
    }

    /// One JSON object, UTF-8.
    /// - Throws: 400 with the place of the first mistake.
    public init(jsonBytes: [UInt8]) throws(Problem) {
        do throws(JSONError) {
            guard case .object(let members) = try JSONParser.parse(jsonBytes) else {
                throw JSONError(reason: "it must be an object, { … }", offset: 0)
            }
            self.init(members.map { ($0.name, .json($0.value)) }, emptyIsAbsent: false)
        } catch {
            throw Problem(
                .badRequest,
                code: "request.invalid_json",
                title: "The body is not acceptable JSON",
                detail: "The JSON body cannot be read: at byte \(error.offset), \(error.reason)."
            )
        }
    }
}

extension String {
    /// Takes the same time wherever the first difference is; the length may show.
    func equalsInConstantTime(_ other: String) -> Bool {
        utf8.count == other.utf8.count && zip(utf8, other.utf8).reduce(0 as UInt8) { $0 | ($1.0 ^ $1.1) } == 0
    }
}

extension Request {
    fileprivate func requireContentType(_ expected: String) throws(Problem) {
        let sent = headers[.contentType]?.prefix { $0 != ";" }.trimmingSpaces().lowercased()
        guard sent == expected else { throw .unsupportedMediaType(expected: expected) }
    }

    fileprivate func bodyBytes(_ context: AppRequestContext) async throws -> [UInt8] {
        Array(try await body.collect(upTo: context.maxUploadSize).readableBytesView)
    }
}
