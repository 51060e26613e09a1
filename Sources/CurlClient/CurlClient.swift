import Synchronization

/// HTTP requests over libcurl, without blocking a thread of the cooperative pool and with connections kept for reuse.
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
        let isCancelled = CancellationFlag()
        return try await withTaskCancellationHandler {
            try await withCheckedThrowingContinuation { continuation in
                loop.submit(Transfer(request, isCancelled: isCancelled, continuation: continuation))
            }
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
