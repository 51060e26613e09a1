/// One mail to one recipient, for a submission server.
public struct CurlMail: Sendable {
    /// `smtps://host:465`, or `smtp://host:587`, which is encrypted by STARTTLS before anything is said unless the host is this
    /// machine.
    public var url: String
    /// With `password`, for servers that want to know who sends; nil logs in nowhere.
    public var user: String?
    public var password: String?
    /// An address without name and brackets, as all bounces go to.
    public var sender: String
    /// An address without name and brackets.
    public var recipient: String
    /// Header and body as they travel, lines ending in CR LF.
    public var message: [UInt8]
    /// From `send` to the server's last word, waiting for others included.
    public var deadlineMilliseconds: Int

    public init(
        url: String, user: String? = nil, password: String? = nil, sender: String, recipient: String, message: [UInt8],
        deadlineMilliseconds: Int = 30_000
    ) {
        self.url = url
        self.user = user
        self.password = password
        self.sender = sender
        self.recipient = recipient
        self.message = message
        self.deadlineMilliseconds = deadlineMilliseconds
    }
}

/// What the mail server said last.
public struct CurlMailReply: Sendable {
    /// The reply code, 250 when it took the mail.
    public let status: Int
    /// `5.1.1` and the like (RFC 3463), if it gave one.
    public let enhancedStatus: String?
    /// Whether it refused the recipient and not the sender, the login or the text.
    public let isRecipientRefused: Bool
}
