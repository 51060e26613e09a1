import Hummingbird
import Logging

/// What every handler gets beside the request: its id, its logger and the size limit of bodies.
public struct AppRequestContext: RequestContext {
    /// Hummingbird's own storage: logger, path parameters, matched route.
    public var coreContext: CoreRequestContextStorage

    /// The largest request body in bytes a reader of this context accepts; 64 KiB unless a route group says more.
    public var maxUploadSize = 64 * 1024

    /// Identifies the request in logs, problems and the `X-Request-Id` header.
    /// Setting it also changes the `hb.request.id` that every line of `logger` carries, and so Hummingbird's `id`.
    public var requestID: String {
        didSet { logger[metadataKey: Self.requestIDKey] = .string(requestID) }
    }

    /// Who makes the request; nil for nobody known, and on routes that are `.everybody`'s, where nobody is looked up.
    public var principal: Principal?

    /// What a form of this caller's pages carries in its hidden field `form_token`; set where a cookie session makes the request.
    public var formToken: String?

    /// Where the request comes from; nil where no middleware asked, as in some tests.
    public var clientAddress: ClientAddress?

    /// True where a trusted proxy says that the client came by HTTPS.
    public internal(set) var isForwardedHTTPS = false

    /// Who opened the connection: the client itself or the last proxy.
    var peerAddress: String?

    private static let requestIDKey = "hb.request.id"

    /// Starts with a fresh request id; `RequestIDMiddleware` replaces it by a well-formed one of the caller.
    public init(source: ApplicationRequestContextSource) {
        self.init(logger: source.logger)
        peerAddress = source.channel.remoteAddress?.ipAddress
    }

    /// A context without a connection, for calling routes in memory.
    public init(logger: Logger) {
        coreContext = CoreRequestContextStorage(source: LoggerSource(logger: logger))
        requestID = RequestIDs.make()
        self.logger[metadataKey: Self.requestIDKey] = .string(requestID)
    }

    private struct LoggerSource: RequestContextSource {
        let logger: Logger
    }
}
