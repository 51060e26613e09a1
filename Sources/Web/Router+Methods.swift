import HTTPTypes
import Hummingbird

extension Router where Context == AppRequestContext {
    /// Gives every known path an answer for every method: HEAD wherever GET is, `OPTIONS` 204 and all other methods 405,
    /// both with `Allow`. Call once, after the last route; Hummingbird alone would answer 404.
    func answerAllMethods() {
        for routes in Dictionary(grouping: routes, by: \.path.description).values {
            let path = routes[0].path
            let methods = Set(routes.map(\.method))
            let allowed = methods.answered
            let allow = methods.allowHeader
            if !methods.contains(.options) {
                on(path, method: .options) { _, _ in Response(status: .noContent, headers: [.allow: allow]) }
            }
            for method in Self.everyMethod where !allowed.contains(method) {
                on(path, method: method) { _, _ -> Response in throw Problem.methodNotAllowed(allow: allow) }
            }
        }
    }

    /// All methods the HTTP parser of swift-nio lets through.
    private static var everyMethod: [HTTPRequest.Method] {
        let names = """
            GET HEAD POST PUT PATCH DELETE OPTIONS TRACE CONNECT QUERY ACL ANNOUNCE BIND CHECKOUT COPY DESCRIBE GET_PARAMETER \
            LINK LOCK M-SEARCH MERGE MKACTIVITY MKCALENDAR MKCOL MOVE MSEARCH NOTIFY PAUSE PLAY PRI PROPFIND PROPPATCH PURGE REBIND \
            RECORD REDIRECT REPORT SEARCH SET_PARAMETER SETUP SOURCE SUBSCRIBE TEARDOWN UNBIND UNLINK UNLOCK UNSUBSCRIBE
            """
        return names.split(separator: " ").compactMap { HTTPRequest.Method(String($0)) }
    }
}

extension Set<HTTPRequest.Method> {
    /// With the methods every path answers beside its own.
    fileprivate var answered: Self { union(contains(.get) ? [.options, .head] : [.options]) }

    /// The value of `Allow` for a path with these routes.
    var allowHeader: String { answered.map(\.rawValue).sorted().joined(separator: ", ") }
}
