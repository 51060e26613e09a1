import Hummingbird
import HummingbirdCore
import Logging
import NIOCore
import ServiceLifecycle

/// Where the server listens and what it bears. All limits hold per connection.
public struct WebServerConfiguration: Sendable {
    /// The address to listen on, for example `127.0.0.1` or `0.0.0.0`.
    public let host: String
    /// 0 lets the system choose.
    public let port: Int
    /// The `Server` header.
    public let serverName: String
    /// Request line and headers together, in bytes.
    public let maximumHeaderBytes: Int
    /// From the first byte of a request to the last of its response; also the longest a connection may be idle.
    public let requestTimeout: Duration

    public init(
        host: String = "127.0.0.1",
        port: Int = 8080,
        serverName: String = "RateTheDoctor",
        maximumHeaderBytes: Int = 16 * 1024,
        requestTimeout: Duration = .seconds(30)
    ) {
        self.host = host
        self.port = port
        self.serverName = serverName
        self.maximumHeaderBytes = maximumHeaderBytes
        self.requestTimeout = requestTimeout
    }
}

/// The HTTP/1.1 server as a service: listens until graceful shutdown, then finishes the requests it has.
public struct WebServer: Service {
    private let application: Application<RouterResponder<AppRequestContext>>

    /// - Parameters:
    ///   - router: with all routes on it; methods the routes do not know are answered by the server from here on.
    ///   - onListening: called with the port once connections are accepted.
    public init(
        router: Router<AppRequestContext>,
        configuration: WebServerConfiguration,
        logger: Logger,
        onListening: @escaping @Sendable (_ port: Int) async -> Void = { _ in }
    ) {
        application = Application(
            responder: router.finishedResponder(),
            server: .guarded(configuration),
            configuration: .init(address: .hostname(configuration.host, port: configuration.port), serverName: configuration.serverName),
            onServerRunning: { channel in await onListening(channel.localAddress?.port ?? configuration.port) },
            logger: logger
        )
    }

    /// Serves until the service group shuts down gracefully.
    public func run() async throws { try await application.run() }
}
