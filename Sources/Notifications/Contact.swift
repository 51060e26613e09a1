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

/// How an account can be reached, and what it agreed to.
public struct Contact: Sendable {
    /// A channel for a topic.
    public struct Consent: Hashable, Sendable {
        public let channel: Channel
        public let topic: Topic

        public init(channel: Channel, topic: Topic) {
            self.channel = channel
            self.topic = topic
        }

        /// Everything; what an account begins with, since a service it asked for needs no marketing consent (POPIA s 69).
        public static let all = Set(Channel.allCases.flatMap { channel in Topic.allCases.map { Consent(channel: channel, topic: $0) } })
    }

    /// Verified, or nil.
    public var email: String?
    /// Verified, as `+27821234567`, or nil.
    public var phone: String?
    /// Of Firebase Cloud Messaging, one for each device.
    public var pushTokens: [String]
    /// BCP 47; languages without reviewed texts get English.
    public var language: String
    /// What may be sent; what is missing here is not.
    public var consents: Set<Consent>

    public init(
        email: String? = nil, phone: String? = nil, pushTokens: [String] = [], language: String = "en", consents: Set<Consent> = Consent.all
    ) {
        self.email = email
        self.phone = phone
        self.pushTokens = pushTokens
        self.language = language
        self.consents = consents
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
