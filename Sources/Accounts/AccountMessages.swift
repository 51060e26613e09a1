import Logging
import ServiceLifecycle

/// Hands messages to whoever sends them, after the answer is on its way: nobody can tell by time whether something was sent.
/// When more wait than it keeps, new ones are dropped and the person asks again.
struct AccountMessages: Service {
    private static let mostWaiting = 10_000
    private static let sendingAtOnce = 8

    private let stream: AsyncStream<AccountMessage>
    private let continuation: AsyncStream<AccountMessage>.Continuation
    private let send: @Sendable (AccountMessage) async throws -> Void
    private let logger: Logger

    init(send: @escaping @Sendable (AccountMessage) async throws -> Void, logger: Logger) {
        (stream, continuation) = AsyncStream.makeStream(bufferingPolicy: .bufferingOldest(Self.mostWaiting))
        self.send = send
        self.logger = logger
    }

    func post(_ message: AccountMessage) {
        if case .dropped = continuation.yield(message) { logger.error("a code was not sent: too many wait") }
    }

    /// Sends until graceful shutdown, and then what is left.
    func run() async throws {
        await withTaskGroup { group in
            group.addTask { [continuation] in
                try? await gracefulShutdown()
                continuation.finish()
            }
            var sending = 0
            for await message in stream {
                if sending >= Self.sendingAtOnce { await group.next() } else { sending += 1 }
                group.addTask { await deliver(message) }
            }
            group.cancelAll()
        }
    }

    private func deliver(_ message: AccountMessage) async {
        do { try await send(message) } catch {
            logger.warning("a code could not be sent", metadata: ["purpose": "\(message.purpose.rawValue)", "error.type": "\(type(of: error))"])
        }
    }
}
