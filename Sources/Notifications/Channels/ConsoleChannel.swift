import Foundation
import Logging

/// Stands in where no provider is set up: logs what kind of message it would send.
struct ConsoleChannel: MessageChannel {
    let channel: Channel
    /// For development: prints address and words to standard output.
    let printsBodies: Bool
    let logger: Logger

    func send(_ message: Message, to address: String) -> SendOutcome {
        logger.info("message", metadata: ["channel": "\(channel)", "kind": "\(message.kind)", "id": "\(message.id)"])
        if printsBodies {
            let words = channel == .email ? "\(message.subject)\n\n\(message.text)" : message.shortText
            print("--- \(channel) to \(address): \(message.kind)\n\(words)\n---")
        }
        return .accepted(providerID: nil)
    }
}
