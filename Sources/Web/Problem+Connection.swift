import HTTPTypes
import NIOHTTP1

extension Problem {
    /// What the HTTP parser's complaint means to the caller.
    /// - Parameter hasRequestLine: whether the request line came to its end.
    init(parser error: HTTPParserError, hasRequestLine: Bool) {
        self =
            switch error {
            case .headerOverflow where hasRequestLine: .headersTooLarge
            case .headerOverflow: .addressTooLong
            default: .unreadableRequest
            }
    }

    private static let addressTooLong = Problem(
        .uriTooLong,
        code: "request.address_too_long",
        title: "The address is too long",
        detail: "Shorten the query string, or send the request's body form."
    )

    private static let headersTooLarge = Problem(
        .requestHeaderFieldsTooLarge,
        code: "request.headers_too_large",
        title: "The request's headers are too large"
    )

    static let slowSender = Problem(
        .requestTimeout,
        code: "request.too_slow",
        title: "The request did not arrive in time"
    )

    static let tookTooLong = Problem(
        .serviceUnavailable,
        code: "server.too_slow",
        title: "The answer took too long",
        detail: "Try again in a moment.",
        headers: [.retryAfter: "5"]
    )
}
