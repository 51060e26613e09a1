import Hummingbird
import HummingbirdCore
import Logging
import NIOCore
import NIOHTTP1

/// Hummingbird's HTTP/1 channel with a `ConnectionGuard` behind the parser and a `RequestLineWatch` in front of it,
/// handled on its event loop.
struct GuardedHTTP1Channel: ServerChildChannel {
    let base: HTTP1Channel
    let timeout: TimeAmount

    func setup(channel: any Channel, logger: Logger) -> EventLoopFuture<HTTP1Channel.Value> {
        base.setup(channel: channel, logger: logger).flatMapThrowing { value in
            let pipeline = channel.pipeline.syncOperations
            let parser = try pipeline.handler(type: ByteToMessageHandler<HTTPRequestDecoder>.self)
            let watch = RequestLineWatch()
            try pipeline.addHandler(watch, position: .first)
            try pipeline.addHandler(ConnectionGuard(watch: watch, timeout: timeout, logger: logger), position: .after(parser))
            return value
        }
    }

    func handle(value: HTTP1Channel.Value, logger: Logger) async {
        await withTaskExecutorPreference(EventLoopTaskExecutor(value.channel.eventLoop)) {
            await base.handle(value: value, logger: logger)
        }
    }
}

extension HTTPServerBuilder {
    /// HTTP/1.1 with our limits, where every refusal before routing is a problem response too.
    static func guarded(_ configuration: WebServerConfiguration) -> HTTPServerBuilder {
        HTTPServerBuilder { responder in
            let limits = HTTP1Channel.Configuration.DecoderConfiguration(
                maxHeaderFieldSize: configuration.maximumHeaderBytes,
                maxHeaderListSize: configuration.maximumHeaderBytes,
                maxHeaderFieldCount: 100
            )
            let base = HTTP1Channel(responder: responder, configuration: .init(httpDecoderConfiguration: limits))
            return GuardedHTTP1Channel(base: base, timeout: TimeAmount(configuration.requestTimeout))
        }
    }
}
