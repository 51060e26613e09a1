import NIOCore

/// Sees the raw bytes before the HTTP parser: notices where a request starts, knows whether its request line is complete,
/// and can drop what still comes after a request was refused.
final class RequestLineWatch: ChannelInboundHandler {
    typealias InboundIn = ByteBuffer
    typealias InboundOut = ByteBuffer

    /// Whether a line feed came since the last whole request.
    private(set) var hasLine = false
    /// Once set, all further bytes are read and dropped, so that closing does not reset the connection under the answer.
    var isDropping = false
    /// Called for the first bytes after the last whole request.
    var onRequestStart: (() -> Void)?
    /// Whether no byte came since the last whole request.
    private(set) var isBetweenRequests = true

    /// Called when a request was read to its end.
    func requestEnded() {
        hasLine = false
        isBetweenRequests = true
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        guard !isDropping else { return }
        if isBetweenRequests {
            isBetweenRequests = false
            onRequestStart?()
        }
        if !hasLine { hasLine = unwrapInboundIn(data).readableBytesView.contains(UInt8(ascii: "\n")) }
        context.fireChannelRead(data)
    }

    func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
        if isDropping, case ChannelEvent.inputClosed = event { return context.close(promise: nil) }
        context.fireUserInboundEventTriggered(event)
    }
}
