import HTTPTypes
import Hummingbird
import Logging

/// Turns every thrown error into a response, so nothing leaves the router but responses.
/// A `Problem` is answered as it is; an error nobody expected is logged once and answered as a bare 500.
struct ProblemMiddleware: RouterMiddleware {
    let pages: PageRenderer
    /// What errors of the layers below are; nil for those nobody expected.
    let problem: @Sendable (any Error) -> Problem?

    func handle(
        _ request: Request,
        context: AppRequestContext,
        next: (Request, AppRequestContext) async throws -> Response
    ) async throws -> Response {
        do {
            return try await next(request, context)
        } catch {
            let problem = Problem(expected: error, bodyLimitBytes: context.maxUploadSize) ?? self.problem(error) ?? fault(error, context: context)
            guard request.wantsPage else { return problem.response(requestID: context.requestID) }
            return pages.errorPage(problem, requestID: context.requestID)
        }
    }

    private func fault(_ error: any Error, context: AppRequestContext) -> Problem {
        context.logger.error(
            "request failed",
            metadata: ["error": "\(error)", "error.type": "\(type(of: error))", "route": "\(context.endpointPath ?? "none")"]
        )
        return .fault
    }
}

extension Request {
    /// True where a person asked for a page: not of the API, with `text/html` in `Accept`.
    var wantsPage: Bool { !isAPI && headers[.accept]?.lowercased().contains("text/html") ?? false }
}
