import HTTPTypes
import Hummingbird

/// Takes the caller's `X-Request-Id` if it is well-formed and returns the request's id on every response.
struct RequestIDMiddleware: RouterMiddleware {
    func handle(
        _ request: Request,
        context: AppRequestContext,
        next: (Request, AppRequestContext) async throws -> Response
    ) async throws -> Response {
        var context = context
        if let id = request.headers[.xRequestID], RequestIDs.isWellFormed(id) { context.requestID = id }
        var response = try await next(request, context)
        response.headers[.xRequestID] = context.requestID
        return response
    }
}
