import HTTPTypes
import Hummingbird
import NIOCore
import NIOHTTP1

extension Problem {
    /// 400 with what is wrong with each parameter or field.
    public static func invalidRequest(_ errors: [FieldError], detail: String? = nil) -> Problem {
        Problem(
            .badRequest,
            code: "request.invalid",
            title: "The request is not valid",
            detail: detail ?? errors.map { "\($0.field): \($0.detail)" }.joined(separator: " "),
            errors: errors
        )
    }

    /// 404: nothing has this address, or the caller may not know that something has.
    /// - Parameter detail: what to do instead, in plain words.
    public static func notFound(_ detail: String = "Nothing was found at this address.") -> Problem {
        Problem(.notFound, code: "request.not_found", title: "Not found", detail: detail)
    }

    /// 503 with `Retry-After`.
    public static func unavailable(retryAfterSeconds: Int, detail: String) -> Problem {
        Problem(
            .serviceUnavailable,
            code: "server.unavailable",
            title: "Not available just now",
            detail: detail,
            headers: [.retryAfter: String(retryAfterSeconds)]
        )
    }

    static func methodNotAllowed(allow: String) -> Problem {
        Problem(
            .methodNotAllowed,
            code: "request.method_not_allowed",
            title: "Method not allowed",
            detail: "This address accepts \(allow).",
            headers: [.allow: allow]
        )
    }

    static func bodyTooLarge(limitBytes: Int) -> Problem {
        Problem(
            .contentTooLarge,
            code: "request.body_too_large",
            title: "The request body is too large",
            detail: "Send at most \(limitBytes) bytes."
        )
    }

    /// 415 with the type that is accepted.
    public static func unsupportedMediaType(expected: String) -> Problem {
        Problem(
            .unsupportedMediaType,
            code: "request.unsupported_media_type",
            title: "The body has the wrong content type",
            detail: "Send the body as \(expected)."
        )
    }

    static let unreadableRequest = Problem(
        .badRequest,
        code: "request.malformed",
        title: "The request is not valid HTTP",
        headers: [.connection: "close"]
    )

    static let fault = Problem(
        .internalServerError,
        code: "server.fault",
        title: "Something went wrong on our side",
        detail: "The fault was recorded under the request id."
    )

    /// The problem an error stands for, or nil when the error is a fault of ours.
    init?(expected error: any Error, bodyLimitBytes: Int) {
        switch error {
        case let problem as Problem: self = problem
        case is NIOTooManyBytesError: self = .bodyTooLarge(limitBytes: bodyLimitBytes)
        case is HTTPParserError: self = .unreadableRequest
        case let error as any HTTPResponseError where error.status == .notFound: self = .notFound()
        case let error as any HTTPResponseError where error.status == .contentTooLarge:
            self = .bodyTooLarge(limitBytes: bodyLimitBytes)
        case let error as any HTTPResponseError where error.status.kind == .clientError:
            self = Problem(error.status, code: "request.refused", title: error.status.reasonPhrase)
        default: return nil
        }
    }
}
