import Foundation

/// One message in words, as any channel needs it.
struct Message: Sendable {
    /// The notification's; the same when it is sent again.
    let id: UUID
    /// For logs: `reminder`, `sign-in`.
    let kind: String
    /// Title of an e-mail or push message.
    let subject: String
    /// All of an e-mail.
    let text: String
    /// All of a text message, and the body of a push message.
    let shortText: String
    /// An iCalendar file for e-mails.
    let calendar: String?
}

/// What became of a message.
enum SendOutcome: Equatable, Sendable {
    /// A provider took it.
    case accepted(providerID: String?)
    /// It was surely not sent; `afterSeconds` is what the provider asked for.
    case unsent(code: String, afterSeconds: Double?)
    /// It may have been sent.
    case uncertain(code: String)
    /// This address gets nothing any more.
    case suppressed(SuppressionReason, code: String)
    /// This push token is no device's any more.
    case tokenGone
    /// Refused for this message alone.
    case refused(code: String)
    /// Our set-up is wrong: nothing will be sent until somebody mends it.
    case misconfigured(code: String)
}

/// A way to hand a message to somebody's address.
protocol MessageChannel: Sendable {
    func send(_ message: Message, to address: String) async throws -> SendOutcome
}
