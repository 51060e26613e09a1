/// One HTTP request.
public struct CurlRequest: Sendable {
    /// `GET`, `POST`, …, as sent on the wire.
    public var method: String
    /// Absolute, `http` or `https`; other schemes fail.
    public var url: String
    /// Sent in order. libcurl adds `Host`, `Accept` and `Content-Length`, never a `Content-Type`.
    public var headers: [(name: String, value: String)]
    /// Bytes of the body; nil sends none.
    public var body: [UInt8]?
    /// From `send` to the last byte of the response, waiting for others included. 0 fails as a timeout.
    public var deadlineMilliseconds: Int
    /// A response whose headers and body together exceed this fails, so that no peer can fill our memory.
    public var maximumResponseBytes: Int

    /// A GET without body, 10 seconds and 10 MB unless told otherwise.
    public init(
        method: String = "GET",
        url: String,
        headers: [(name: String, value: String)] = [],
        body: [UInt8]? = nil,
        deadlineMilliseconds: Int = 10_000,
        maximumResponseBytes: Int = 10_000_000
    ) {
        self.method = method
        self.url = url
        self.headers = headers
        self.body = body
        self.deadlineMilliseconds = deadlineMilliseconds
        self.maximumResponseBytes = maximumResponseBytes
    }
}
