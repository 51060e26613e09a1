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
    /// True where programs ask: under `/v1`, and under `/fhir`, where the standard names the paths.
    public var isAPI: Bool { ["/v1", "/fhir"].contains { uri.path == $0 || uri.path.hasPrefix("\($0)/") } }

    fileprivate var mayWrite: Bool { ![.get, .head, .options].contains(method) }

    /// By what browsers say of it; other programs say nothing, and no cookie of anybody else is in their hands.
    fileprivate var isFromAnotherSite: Bool {
        if let site = headers[.secFetchSite], site == "cross-site" || site == "same-site" { return true }
        guard let origin = headers[.origin] else { return false }
        guard let authority = head.authority else { return true }
        return origin != "https://" + authority && origin != "http://" + authority
    }
}
