import HTTPTypes
import Hummingbird
import Logging

/// What is known about who makes a request.
public struct Recognition: Sendable {
    public let principal: Principal?
    /// Set for cookie sessions: what their forms must carry.
    public let formToken: String?

    public init(principal: Principal? = nil, formToken: String? = nil) {
        self.principal = principal
        self.formToken = formToken
    }
}

/// Looks up who makes a request: by bearer token under `/v1`, by cookie on pages.
/// Throws `.unauthenticated` for a token that is not valid; a cookie that is not valid is nobody's.
public typealias Recognise = @Sendable (Request, AppRequestContext) async throws -> Recognition

/// The one place where roles are checked. Denied by default: a route without an entry answers as if it were not there.
struct AccessMiddleware: RouterMiddleware {
    let rules: AccessRules
    let recognise: Recognise

    func handle(
        _ request: Request,
        context: AppRequestContext,
        next: (Request, AppRequestContext) async throws -> Response
    ) async throws -> Response {
        // No pattern: nothing has this address.
        guard let path = context.endpointPath else { return try await next(request, context) }
        guard let rule = rules.rule(request.method, path) else { return try await withoutRule(request, context, path: path, next) }
        guard rule != .everybody else { return try await next(request, context) }
        var context = context
        let recognition = try await recognise(request, context)
        context.principal = recognition.principal
        context.formToken = recognition.formToken
        if let refusal = rule.refusal(of: recognition.principal) { return try refused(refusal, request) }
        var response = try await next(request, context)
        // What is made for one person is nobody else's, whatever the handler forgot.
        if response.headers[.cacheControl] == nil { response.headers[.cacheControl] = "private, no-store" }
        return response
    }

    /// Another method of a listed path is answered 405 without reaching a handler; `OPTIONS` says what there is.
    private func withoutRule(
        _ request: Request, _ context: AppRequestContext, path: String,
        _ next: (Request, AppRequestContext) async throws -> Response
    ) async throws -> Response {
        guard let methods = rules.methods(path) else {
            context.logger.error("a route has no access rule", metadata: ["route": "\(path)"])
            throw Problem.notFound()
        }
        if request.method == .options { return try await next(request, context) }
        throw Problem.methodNotAllowed(allow: methods.allowHeader)
    }

    /// A person who asks for a page is led to the sign-in and back.
    private func refused(_ refusal: Problem, _ request: Request) throws -> Response {
        guard refusal.status == .unauthorized, request.wantsPage else { throw refusal }
        let next = request.method == .get ? "?next=" + (request.uri.string.addingQueryEscapes) : ""
        return Response(status: .seeOther, headers: [.location: "/sign-in" + next, .cacheControl: "no-store"])
    }
}

extension AccessRule {
    /// Why somebody may not use the route; nil where they may.
    func refusal(of principal: Principal?) -> Problem? {
        switch self {
        case .everybody, .recognised: nil
        case .signedIn: principal == nil ? .unauthenticated : nil
        case .roles(let allowed):
            principal.map { $0.roles.isDisjoint(with: allowed) ? .forbidden : nil } ?? .unauthenticated
        }
    }
}

extension String {
    /// Escaped to stand as one value in a query string.
    fileprivate var addingQueryEscapes: String {
        utf8.reduce(into: "") { text, byte in
            let scalar = Unicode.Scalar(byte)
            if "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~/".unicodeScalars.contains(scalar) {
                text.unicodeScalars.append(scalar)
            } else {
                text += "%" + (byte < 16 ? "0" : "") + String(byte, radix: 16, uppercase: true)
            }
        }
    }
}
