import Foundation

/// What may be sent, how often, and when again.
enum SendingRules {
    private static let maximumAttempts = 8
    private static let firstPauseSeconds = 30.0
    private static let longestPauseSeconds = 3_600.0

    /// Why a contact does not get this message; nil if it does. E-mail serves for what somebody just did, and costs nobody anything: a
    /// text message then comes only in its place, or when the practice cancels.
    /// - Parameter isEmailUsable: whether e-mail to this contact is not suppressed.
    static func objection(_ message: TakenNotification, to contact: Contact, _ choices: MessageChoices, isEmailUsable: Bool) -> String? {
        let topic = message.purpose.topic
        guard choices.allow(message.channel, topic) else { return "declined" }
        guard !contact.addresses(message.channel).isEmpty else { return "no_address" }
        let emailServes = isEmailUsable && contact.email != nil && choices.allow(.email, topic)
        let isUrgent = message.purpose == .cancellation && message.visit.cancelledBy != "patient"
        if message.channel == .sms, topic == .visits, emailServes, !isUrgent { return "email_serves" }
        return nil
    }

    /// Messages an account gets by a channel within 24 hours, notices of cancellation apart: a person who books and cancels all day is no
    /// reason to send all day.
    static func dailyLimit(_ channel: Channel) -> Int {
        switch channel {
        case .sms: 20
        case .email, .push: 50
        }
    }

    /// When a message that was not sent is tried again; nil is never.
    static func nextAttempt(of message: TakenNotification, afterSeconds asked: Double?, now: Date) -> Date? {
        guard message.attempts < maximumAttempts else { return nil }
        let ceiling = min(firstPauseSeconds * Double(1 << (message.attempts - 1)), longestPauseSeconds)
        let next = now.addingTimeInterval(max(asked ?? 0, Double.random(in: ceiling / 2...ceiling)))
        return next < message.expiresAt ? next : nil
    }
}
