import CurlClient
import Foundation

/// What an HTTP answer that is no success says about sending the request again.
struct RetryAdvice {
    let error: OpenAIError
    /// Whether sending it again may help.
    let isRetryable: Bool
    /// How long the server asked to wait first; nil when it did not say.
    let pause: Duration?

    private static let passing: Set<Int> = [408, 409, 429, 500, 502, 503, 504]
    /// A day: more than any deadline, and no number of the server's can overflow a sum of times.
    private static let maximumSeconds = 86_400.0

    private struct Body: Decodable {
        struct Fault: Decodable {
            let type: String?
            let code: String?
        }
        let error: Fault
    }

    /// - Parameter date: now, for a `Retry-After` that names a date.
    init(_ response: CurlResponse, at date: Date) {
        let status = response.status
        let fault = (try? JSONDecoder().decode(Body.self, from: Data(response.body)))?.error
        let seconds = Self.askedSeconds(response, at: date)
        pause = seconds.map { .seconds($0) }
        if [fault?.code, fault?.type].contains("insufficient_quota") {
            (error, isRetryable) = (.quotaExhausted, false)
        } else if status >= 500 || Self.passing.contains(status) {
            error = .unavailable(status: status, retryAfterSeconds: seconds)
            isRetryable = Self.serverSays(response) ?? Self.passing.contains(status)
        } else {
            (error, isRetryable) = (.rejected(status: status, code: PlainName.plain(fault?.code ?? fault?.type)), false)
        }
    }

    private static func serverSays(_ response: CurlResponse) -> Bool? {
        response.header("x-should-retry").flatMap { Bool($0.lowercased()) }
    }

    private static func askedSeconds(_ response: CurlResponse, at date: Date) -> Double? {
        let milliseconds = response.header("retry-after-ms").flatMap(Double.init)
        let retryAfter = response.header("retry-after")
        let seconds = retryAfter.flatMap { Double($0) ?? HTTPDate.instant($0)?.timeIntervalSince(date) }
        let asked = [milliseconds.map { $0 / 1000 }, seconds].compactMap { $0 }.first { $0 > 0 }
        return asked.map { min($0, maximumSeconds) }
    }
}
