import Foundation

/// Something to be sent to somebody who asked for it. A code opens an account, so it never reaches a log.
public struct AccountMessage: Sendable {
    /// Where to.
    public enum Destination: Sendable, Equatable {
        case email(String)
        /// E.164.
        case phone(String)
    }

    /// What the code is for.
    public enum Purpose: String, Sendable {
        case signIn = "sign-in"
        case verification
        case passwordReset = "password-reset"
    }

    public let destination: Destination
    public let purpose: Purpose
    /// What the person types.
    public let code: String
    public let expiresAt: Date
}
