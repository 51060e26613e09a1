import Hummingbird
import Logging

/// One log line and one measurement per request: the route's pattern, never the address, the query string or a body.
struct AccessLogMiddleware: RouterMiddleware {
    func handle(
        _ request: Request,
        context: AppRequestContext,
        next: (Request, AppRequestContext) async throws -> Response
    ) async throws -> Response {
        let start = ContinuousClock.now
        let response = try await next(request, context)
        RequestRecord(
            method: request.method.rawValue,
            route: context.endpointPath ?? "NotFound",
            status: response.status.code,
            duration: .now - start,
            responseBytes: response.body.contentLength
        ).write(to: context.logger)
        return response
    }
}

/// What is kept of a finished request.
struct RequestRecord {
    let method: String
    let route: String
    let status: Int
    let duration: ContinuousClock.Duration
    /// Nil where the length is not known before sending.
    let responseBytes: Int?

    func write(to logger: Logger) {
        let milliseconds = duration / .milliseconds(1)
        logger.info(
            "request",
            metadata: [
                "method": .string(method), "route": .string(route), "status": "\(status)",
                "duration_ms": "\((milliseconds * 100).rounded() / 100)", "bytes": "\(responseBytes ?? -1)",
            ]
        )
        RequestMetrics.of(method: method, route: route, status: status).add(duration)
    }
}
