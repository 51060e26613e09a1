import Foundation
import Postgres
import Web

extension AccountsFeature {
    /// Sends a code that signs in. The answer is the same whoever has the address, and never waits for the sending.
    /// - Throws: `AccountRefusal.tooMany`.
    func sendSignInCode(to destination: AccountMessage.Destination, client: Client) async throws -> Challenge {
        try await send(.signIn, to: destination, account: nil, client: client)
    }

    /// Sends a code that proves an address to be the account's.
    func sendVerificationCode(to destination: AccountMessage.Destination, account: UUID, client: Client) async throws -> Challenge {
        try await send(.verification, to: destination, account: account, client: client)
    }

    /// Sends a code that lets a new password be set, to a proven address; to others nothing, with the same answer.
    func sendPasswordReset(to email: EmailAddress, client: Client) async throws -> Challenge {
        let owner = try await AccountStore.owner(email: email.text, on: pool)
        return try await send(.passwordReset, to: .email(email.text), account: owner, client: client)
    }

    private func send(
        _ purpose: AccountMessage.Purpose, to destination: AccountMessage.Destination, account: UUID?, client: Client
    ) async throws -> Challenge {
        let now = now()
        try await limits.count(.sendsByClient, client.addressHash, now: now)
        try await limits.count(.sendsToDestination, destination.text, now: now)
        if case .phone = destination { try await limits.count(.textMessages, "all", now: now) }
        let code = purpose == .passwordReset ? Self.longCode() : Self.sixDigits()
        let challenge = try await challenges.create(
            Challenge.Purpose(purpose), account: account, email: destination.email, phone: destination.phone, code: code, now: now)
        // A reset of nobody's password is of no use to anybody.
        if purpose != .passwordReset || account != nil {
            messages.post(AccountMessage(destination: destination, purpose: purpose, code: code, expiresAt: challenge.expiresAt))
        }
        return challenge
    }

    /// Answers a challenge: right code, in time, first use, few tries. What it then allows, the caller does and uses it up.
    /// - Throws: `AccountRefusal.wrongCode`, `.tooMany`.
    func answer(_ challenge: UUID, _ purpose: Challenge.Purpose, code: String, client: Client, now: Date) async throws -> AnsweredChallenge {
        try await limits.count(.triesByClient, client.addressHash, now: now)
        if let destination = try await challenges.destination(challenge) {
            try await limits.count(.codesOfDestination, destination, now: now)
        }
        let attempt = try await challenges.attempt(challenge, purpose, now: now)
        guard challenges.isRight(code, attempt?.codeHash, of: challenge), let attempt else { throw AccountRefusal.wrongCode }
        return attempt.answered
    }

    private static func sixDigits() -> String {
        let number = String(Int.random(in: 0...999_999))
        return String(repeating: "0", count: 6 - number.count) + number
    }

    /// 60 bits in letters and digits that are not mistaken for each other, in groups of four.
    private static func longCode() -> String {
        let alphabet = Array("23456789ABCDEFGHJKLMNPQRSTUVWXYZ")
        return (0..<3).map { _ in String((0..<4).map { _ in alphabet[.random(in: 0..<32)] }) }.joined(separator: "-")
    }
}

extension Challenge.Purpose {
    fileprivate init(_ purpose: AccountMessage.Purpose) {
        self =
            switch purpose {
            case .signIn: .signIn
            case .verification: .verification
            case .passwordReset: .passwordReset
            }
    }
}

extension AccountMessage.Destination {
    /// The address or number itself.
    public var text: String {
        switch self {
        case .email(let address): address
        case .phone(let number): number
        }
    }

    fileprivate var email: String? { if case .email(let address) = self { address } else { nil } }
    fileprivate var phone: String? { if case .phone(let number) = self { number } else { nil } }
}
