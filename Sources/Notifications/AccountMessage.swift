/// Where an account message goes.
public enum AccountAddress: Sendable {
    case email(String)
    /// As `+27821234567`.
    case phone(String)

    var channel: Channel {
        switch self {
        case .email: .email
        case .phone: .sms
        }
    }

    var text: String {
        switch self {
        case .email(let text), .phone(let text): text
        }
    }
}

/// What a code is for.
public enum AccountMessagePurpose: String, CaseIterable, Sendable {
    case signIn = "sign-in"
    /// Of an e-mail address or a cell number.
    case verification
    case passwordReset = "password-reset"
}

/// An account message that was not sent. Says why by a provider's code, never to whom.
public enum AccountMessageError: Error, Sendable {
    /// This address gets nothing any more: it bounced, is no cell phone, or said STOP.
    case suppressed
    /// Trying again may help.
    case unavailable
    case refused
}
