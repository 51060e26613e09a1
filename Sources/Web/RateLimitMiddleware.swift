import Foundation
import HTTPTypes
import Hummingbird

/// Limits of requests, per address before anybody is looked up, and per account after.
public struct RateLimits: Sendable {
    /// Every request of an address.
    public let perAddress: RateLimit
    /// Every request of an account.
    public let perAccount: RateLimit
    /// Requests of an address to the routes named, on top.
    public let sensitive: RateLimit
    /// Routes where somebody proves who they are, as in an `AccessRules` table.
    public let sensitiveRoutes: Set<String>

    public init(
        perAddress: RateLimit = RateLimit(name: "address", count: 3_000, windowSeconds: 60),
        perAccount: RateLimit = RateLimit(name: "account", count: 600, windowSeconds: 60),
        sensitive: RateLimit = RateLimit(name: "sign-in", count: 60, windowSeconds: 60), sensitiveRoutes: Set<String>
    ) {
        self.perAddress = perAddress
        self.perAccount = perAccount
        self.sensitive = sensitive
        self.sensitiveRoutes = Set(sensitiveRoutes.map { route in
            let parts = route.split(separator: " ")
            return "\(parts[0]) \(RouterPath(String(parts[parts.count - 1])).description)"
        })
    }
}

/// Refuses with 429 and `Retry-After`, and tells every caller how much is left (`RateLimit`, `RateLimit-Policy`,
/// draft-ietf-httpapi-ratelimit-headers).
struct RateLimitMiddleware: RouterMiddleware {
    let limiter: RateLimiter
    /// Who is counted; nil counts nobody.
    let caller: @Sendable (Request, AppRequestContext) -> [UInt8]?

    func handle(
        _ request: Request,
        context: AppRequestContext,
        next: (Request, AppRequestContext) async throws -> Response
    ) async throws -> Response {
        guard let caller = caller(request, context) else { return try await next(request, context) }
        let decision = limiter.admit(caller)
        guard decision.isAllowed else {
            throw Problem.tooManyRequests(retryAfterSeconds: max(1, decision.seconds), headers: limiter.limit.headers(decision))
        }
        var response = try await next(request, context)
        for field in limiter.limit.headers(decision) { response.headers.append(field) }
        return response
    }

    static func perAddress(_ limits: RateLimits) -> RateLimitMiddleware {
        RateLimitMiddleware(limiter: RateLimiter(limits.perAddress)) { _, context in context.clientAddress?.hash }
    }

    static func perAccount(_ limits: RateLimits) -> RateLimitMiddleware {
        RateLimitMiddleware(limiter: RateLimiter(limits.perAccount)) { _, context in
            context.principal.map { principal in withUnsafeBytes(of: principal.accountID.uuid) { Array($0) } }
        }
    }

    static func sensitive(_ limits: RateLimits) -> RateLimitMiddleware {
        RateLimitMiddleware(limiter: RateLimiter(limits.sensitive)) { [routes = limits.sensitiveRoutes] request, context in
            guard let path = context.endpointPath, routes.contains("\(request.method.rawValue) \(path)") else { return nil }
            return context.clientAddress?.hash
        }
    }
}

extension RateLimit {
    fileprivate func headers(_ decision: RateLimiter.Decision) -> HTTPFields {
        [
            .rateLimit: "\"\(name)\";r=\(decision.remaining);t=\(decision.seconds)",
            .rateLimitPolicy: "\"\(name)\";q=\(count);w=\(windowSeconds)",
        ]
    }
}

extension Problem {
    /// 429 with `Retry-After`.
    public static func tooManyRequests(retryAfterSeconds: Int, headers: HTTPFields = [:]) -> Problem {
        var headers = headers
        headers[.retryAfter] = String(retryAfterSeconds)
        return Problem(
            .tooManyRequests, code: "request.too_many", title: "Too many tries",
            detail: "Try again in \(words(retryAfterSeconds)).", headers: headers)
    }

    private static func words(_ seconds: Int) -> String {
        switch seconds {
        case ..<2: "a second"
        case ..<120: "\(seconds) seconds"
        case ..<7200: "\((seconds + 59) / 60) minutes"
        default: "\((seconds + 3599) / 3600) hours"
        }
    }
}
