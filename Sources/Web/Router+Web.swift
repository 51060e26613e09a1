import Hummingbird

extension Router where Context == AppRequestContext {
    /// A router with everything every response needs (request id, access log and metrics, security headers, problems, access)
    /// and the site's own routes: `/assets/…`, `/favicon.ico`, `/help` and, where metrics are kept, `/metrics`.
    /// Register the features' routes on it and give it to `WebServer`.
    /// - Parameters:
    ///   - access: who may use which route; a route without an entry is denied. The assets are everybody's.
    ///   - recognise: looks up who makes a request.
    ///   - clients: how clients are told apart; nil leaves their addresses unknown.
    ///   - limits: how many requests are answered; nil is no limit.
    ///   - problem: what an error of a layer below is to a caller; nil is a fault of the server's.
    public static func web(
        pages: PageRenderer, metrics: PrometheusMetrics? = nil, access: AccessRules,
        recognise: @escaping Recognise = { _, _ in Recognition() }, clients: ClientRecognition? = nil, limits: RateLimits? = nil,
        problem: @escaping @Sendable (any Error) -> Problem? = { _ in nil }
    ) -> Router<AppRequestContext> {
        let router = Router<AppRequestContext>(context: AppRequestContext.self, options: .autoGenerateHeadEndpoints)
        router.addMiddleware {
            RequestIDMiddleware()
            AccessLogMiddleware()
            HeadersMiddleware()
            ProblemMiddleware(pages: pages, problem: problem)
        }
        if let clients { router.add(middleware: ClientAddressMiddleware(trustedProxies: clients.trustedProxies, key: clients.key)) }
        if let limits {
            router.add(middleware: RateLimitMiddleware.perAddress(limits))
            router.add(middleware: RateLimitMiddleware.sensitive(limits))
        }
        router.addMiddleware {
            CrossSiteMiddleware()
            AccessMiddleware(rules: access.withAssets, recognise: recognise)
        }
        if let limits { router.add(middleware: RateLimitMiddleware.perAccount(limits)) }
        for asset in SiteAsset.all {
            router.get(RouterPath(asset.path)) { request, _ in asset.response(to: request) }
        }
        router.get("/favicon.ico") { request, _ in SiteAsset.icon.response(to: request) }
        router.get("/help") { _, _ in pages.helpPage() }
        if let metrics { router.get("/metrics") { _, _ in metrics.response() } }
        return router
    }

    /// The responder of all routes, for tests in memory; `WebServer` builds its own. Call once, after the last route.
    public func finishedResponder() -> RouterResponder<AppRequestContext> {
        answerAllMethods()
        return buildResponder()
    }
}
