import Synchronization

/// HTTP requests and mails over libcurl, without blocking a thread of the cooperative pool and with connections kept for reuse.
///
/// Redirects are not followed. Certificates are checked. One client per process is enough: it owns one thread.
public final class CurlClient: Sendable {
    private let loop: TransferLoop

    /// - Parameter maximumConcurrentRequests: requests under way at a time, at least 1; further ones wait, within
    ///   their deadline.
    public init(maximumConcurrentRequests: Int = 8) {
        loop = TransferLoop(maximumConnections: maximumConcurrentRequests)
        loop.start()
    }

    deinit { loop.stop() }

    /// Sends `request` and waits for the whole response.
    /// - Throws: `CurlError` when no answer came; `CancellationError` at once when the task is cancelled.
    public func send(_ request: CurlRequest) async throws -> CurlResponse {
        try await run { HTTPTransfer(request, isCancelled: $0, continuation: $1) }
    }

    /// Hands a mail to a server. Every status it answers with is an answer, 550 too.
    /// - Throws: `CurlError` when no answer came; `CancellationError` at once when the task is cancelled.
    public func send(_ mail: CurlMail) async throws -> CurlMailReply {
        try await run { MailTransfer(mail, isCancelled: $0, continuation: $1) }
    }

    private func run<Answer: Sendable>(
        _ transfer: (CancellationFlag, CheckedContinuation<Answer, any Error>) -> any Transfer
    ) async throws -> Answer {
        let isCancelled = CancellationFlag()
        return try await withTaskCancellationHandler {
            try await withCheckedThrowingContinuation { loop.submit(transfer(isCancelled, $0)) }
        } onCancel: {
            isCancelled.value.store(true, ordering: .releasing)
            loop.wake()
        }
    }
}

/// Set by a task's cancellation, read by the loop's thread.
final class CancellationFlag: Sendable {
    let value = Atomic(false)
}
