import Foundation

/// A way to reach somebody.
public enum Channel: String, CaseIterable, Codable, Sendable {
    case email, sms, push
}

/// What messages are about, as a person may choose them. All are services for bookings of one's own; none advertises.
public enum Topic: String, CaseIterable, Sendable {
    /// Confirmations, changes and cancellations.
    case visits
    case reminders
    /// Earlier times for those who wait for one.
    case offers
}

/// How an account can be reached.
public struct Contact: Sendable {
    /// Verified, or nil.
    public var email: String?
    /// Verified, as `+27821234567`, or nil.
    public var phone: String?
    /// Of Firebase Cloud Messaging, one for each device.
    public var pushTokens: [String]
    /// BCP 47; languages without reviewed texts get English.
    public var language: String

    public init(email: String? = nil, phone: String? = nil, pushTokens: [String] = [], language: String = "en") {
        self.email = email
        self.phone = phone
        self.pushTokens = pushTokens
        self.language = language
    }

    /// Where messages of a channel go; none is the channel not used.
    func addresses(_ channel: Channel) -> [String] {
        switch channel {
        case .email: [email].compactMap { $0 }
        case .sms: [phone].compactMap { $0 }
        case .push: pushTokens
        }
    }
}
