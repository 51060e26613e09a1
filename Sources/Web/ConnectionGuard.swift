import HTTPTypes
import Logging
import NIOCore
import NIOHTTP1

/// Answers what never becomes a request: bytes that are not HTTP (400), headers or addresses that are too long (431, 414),
/// senders and handlers that are too slow (408, 503). Each gets one problem response; then the connection is closed
/// in a way that lets the answer arrive: our half first, then dropping what still comes, then the rest.
/// Idle connections are closed without a word.
///
/// Sits right behind the HTTP parser and is used on the connection's event loop only.
final class ConnectionGuard: ChannelDuplexHandler {
    typealias InboundIn = HTTPServerRequestPart
    typealias InboundOut = HTTPServerRequestPart
    typealias OutboundIn = HTTPServerResponsePart
    typealias OutboundOut = HTTPServerResponsePart

    private let watch: RequestLineWatch
    private let timeout: TimeAmount
    private let logger: Logger

    private var unansweredRequests = 0
    private var isReadingRequest = false
    private var isWritingResponse = false
    private var isClosing = false
    private var refusalAfterAnswers: Problem?
    /// Runs always: against the idle, the slow sender and the slow handler alike.
    private var timer: Scheduled<Void>?

    /// How long a refused caller may take to read the answer and close.
    private static let lingering = TimeAmount.seconds(5)

    init(watch: RequestLineWatch, timeout: TimeAmount, logger: Logger) {
        self.watch = watch
        self.timeout = timeout
        self.logger = logger
    }

    func handlerAdded(context: ChannelHandlerContext) {
        watch.onRequestStart = { [unowned self] in restartTimer(context) }
        restartTimer(context)
    }

    func handlerRemoved(context: ChannelHandlerContext) {
        watch.onRequestStart = nil
        timer?.cancel()
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        switch unwrapInboundIn(data) {
        case .head:
            unansweredRequests += 1
            isReadingRequest = true
        case .body: break
        case .end:
            isReadingRequest = false
            watch.requestEnded()
            if unansweredRequests == 0 { restartTimer(context) }
        }
        context.fireChannelRead(data)
    }

    func write(context: ChannelHandlerContext, data: NIOAny, promise: EventLoopPromise<Void>?) {
        guard !isClosing else {
            promise?.fail(ChannelError.ioOnClosedChannel)
            return
        }
        context.write(data, promise: promise)
        switch unwrapOutboundIn(data) {
        case .head(let head): isWritingResponse = head.status.code >= 200
        case .body: break
        case .end: responseEnded(context)
        }
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        guard !isClosing, refusalAfterAnswers == nil else { return }
        guard let error = error as? HTTPParserError else { return context.fireErrorCaught(error) }
        let problem = Problem(parser: error, hasRequestLine: watch.hasLine)
        if unansweredRequests > 0, !isReadingRequest {
            refusalAfterAnswers = problem
            watch.isDropping = true
        } else {
            refuse(problem, context)
        }
    }

    private func responseEnded(_ context: ChannelHandlerContext) {
        isWritingResponse = false
        unansweredRequests -= 1
        if unansweredRequests == 0, let problem = refusalAfterAnswers { return refuse(problem, context) }
        restartTimer(context)
    }
}

// MARK: - Time

extension ConnectionGuard {
    private func restartTimer(_ context: ChannelHandlerContext) {
        timer?.cancel()
        timer = context.eventLoop.assumeIsolated().scheduleTask(in: timeout) { self.timePassed(context) }
    }

    private func timePassed(_ context: ChannelHandlerContext) {
        if unansweredRequests == 0, !isReadingRequest, watch.isBetweenRequests {
            context.close(promise: nil)
        } else {
            refuse(unansweredRequests > 0 && !isReadingRequest ? .tookTooLong : .slowSender, context)
        }
    }
}

// MARK: - Refusing

extension ConnectionGuard {
    private func refuse(_ problem: Problem, _ context: ChannelHandlerContext) {
        let isAnswered = isWritingResponse || (isReadingRequest && unansweredRequests == 0)
        isClosing = true
        watch.isDropping = true
        timer?.cancel()
        // ends a handler that waits for the rest of a body: without it the part it has would look complete
        context.fireErrorCaught(HTTPParserError.closedConnection)
        guard !isAnswered else { return context.close(promise: nil) }
        write(problem, context)
        timer = context.eventLoop.assumeIsolated().scheduleTask(in: Self.lingering) { context.close(promise: nil) }
    }

    private func write(_ problem: Problem, _ context: ChannelHandlerContext) {
        let requestID = RequestIDs.make()
        let body = problem.body(requestID: requestID)
        var fields = problem.headers
        for field in HeadersMiddleware.security { fields.append(field) }
        fields[.contentType] = "application/problem+json"
        fields[.cacheControl] = "no-store"
        fields[.contentLength] = String(body.count)
        fields[.connection] = "close"
        fields[.xRequestID] = requestID
        let head = HTTPResponseHead(
            version: .http1_1,
            status: .init(statusCode: problem.status.code),
            headers: HTTPHeaders(fields.map { ($0.name.rawName, $0.value) })
        )
        context.write(wrapOutboundOut(.head(head)), promise: nil)
        context.write(wrapOutboundOut(.body(.byteBuffer(context.channel.allocator.buffer(bytes: body)))), promise: nil)
        context.writeAndFlush(wrapOutboundOut(.end(nil))).assumeIsolated().whenComplete { _ in
            context.close(mode: .output, promise: nil)
        }
        var logger = logger
        logger[metadataKey: "hb.request.id"] = .string(requestID)
        RequestRecord(method: "unread", route: "unread", status: problem.status.code, duration: .zero, responseBytes: body.count)
            .write(to: logger)
    }
}
