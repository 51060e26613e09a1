import HTTPTypes
import Hummingbird

/// Refuses forms that another site sent: browsers add cookies to some of those, and nobody means them.
/// The API is left alone: it takes no cookies.
struct CrossSiteMiddleware: RouterMiddleware {
    func handle(
        _ request: Request,
        context: AppRequestContext,
        next: (Request, AppRequestContext) async throws -> Response
    ) async throws -> Response {
        if request.mayWrite, !request.isAPI, request.isFromAnotherSite { throw Problem.crossSite }
        return try await next(request, context)
    }
}

extension Request {
    /// True under `/v1`, where programs ask.
    var isAPI: Bool { uri.path == "/v1" || uri.path.hasPrefix("/v1/") }

    fileprivate var mayWrite: Bool { ![.get, .head, .options].contains(method) }

    /// By what browsers say of it; other programs say nothing, and no cookie of anybody else is in their hands.
    fileprivate var isFromAnotherSite: Bool {
        if let site = headers[.secFetchSite], site == "cross-site" || site == "same-site" { return true }
        guard let origin = headers[.origin] else { return false }
        guard let authority = head.authority else { return true }
        return origin != "https://" + authority && origin != "http://" + authority
    }
}
