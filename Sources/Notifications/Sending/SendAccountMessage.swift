import Foundation
import Logging

/// Sends a code now, once. Nothing of it is kept: a code is worth an account.
struct SendAccountMessage: Sendable {
    let store: NotificationStore
    let channels: [Channel: any MessageChannel]
    let texts: MessageTexts
    let addressHash: AddressHash
    let logger: Logger

    func callAsFunction(to address: AccountAddress, purpose: AccountMessagePurpose, code: String, language: String) async throws {
        let hash = addressHash(address.channel, address.text)
        guard try await !store.isSuppressed(address.channel, hash: hash) else { throw AccountMessageError.suppressed }
        guard let channel = channels[address.channel] else { preconditionFailure("every channel has a sender") }
        let message = texts.account(purpose, code: code, language: language, id: UUID())
        switch try await channel.send(message, to: address.text) {
        case .accepted: return
        case .suppressed(let reason, _):
            try await store.suppress(address.channel, hash: hash, reason: reason)
            throw AccountMessageError.suppressed
        case .unsent(let code, _), .uncertain(let code), .misconfigured(let code): throw failed(.unavailable, message, code)
        case .refused(let code): throw failed(.refused, message, code)
        case .tokenGone: throw failed(.refused, message, "token_gone")
        }
    }

    private func failed(_ error: AccountMessageError, _ message: Message, _ code: String) -> AccountMessageError {
        logger.error("an account message was not sent", metadata: ["kind": "\(message.kind)", "id": "\(message.id)", "code": "\(code)"])
        return error
    }
}
