import HTTPTypes
import Hummingbird

/// An expected "no" as HTTP tells it (RFC 9457): thrown by handlers, answered as `application/problem+json`,
/// or as an error page where a person asked for a page.
public struct Problem: Error, Sendable {
    /// The status of the response, 400 to 599.
    public let status: HTTPResponse.Status
    /// Stable dotted code, for example `search.unknown_sort`; also the last part of the problem's type URL.
    public let code: String
    /// The kind of problem in a few words, the same every time.
    public let title: String
    /// What happened this time and what to do, in plain words; safe to show.
    public let detail: String?
    /// One entry per parameter or field that is wrong.
    public let errors: [FieldError]
    /// Added to the response, for example `Allow` or `Retry-After`.
    public let headers: HTTPFields

    public init(
        _ status: HTTPResponse.Status,
        code: String,
        title: String,
        detail: String? = nil,
        errors: [FieldError] = [],
        headers: HTTPFields = [:]
    ) {
        self.status = status
        self.code = code
        self.title = title
        self.detail = detail
        self.errors = errors
        self.headers = headers
    }

    /// The documented URL path of this kind of problem.
    public var type: String { "/problems/\(code)" }

    /// The body of the response, `application/problem+json`.
    /// - Parameter requestID: what the caller quotes when asking for help.
    public func body(requestID: String) -> [UInt8] {
        var json = JSONWriter()
        json.object {
            $0.member("type", type)
            $0.member("title", title)
            $0.member("status", status.code)
            if let detail { $0.member("detail", detail) }
            $0.member("code", code)
            if !errors.isEmpty {
                $0.key("errors")
                $0.array { for error in errors { error.write(to: &$0) } }
            }
            $0.member("request_id", requestID)
        }
        return json.bytes
    }
}

extension FieldError {
    fileprivate func write(to json: inout JSONWriter) {
        json.object {
            $0.member("field", field)
            $0.member("code", code)
            $0.member("detail", detail)
        }
    }
}

extension Problem {
    /// The problem as `application/problem+json`, never cached.
    func response(requestID: String) -> Response {
        var headers = self.headers
        headers[.contentType] = "application/problem+json"
        headers[.cacheControl] = "no-store"
        return Response(status: status, headers: headers, body: .init(byteBuffer: .init(bytes: body(requestID: requestID))))
    }
}
