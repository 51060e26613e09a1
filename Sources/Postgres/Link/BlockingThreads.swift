import NIOPosix

/// Threads of their own for calls that block, stopped when nobody refers to them any more.
final class BlockingThreads: Sendable {
    private let threads: NIOThreadPool

    init(count: Int) {
        threads = NIOThreadPool(numberOfThreads: count)
        threads.start()
    }

    deinit {
        threads.shutdownGracefully { _ in }
    }

    /// Runs `work` on one of the threads, to its end even when the calling task is cancelled.
    func run<Value: Sendable>(_ work: @escaping @Sendable () throws -> Value) async throws -> Value {
        try await withCheckedThrowingContinuation { continuation in
            threads.submit { [self] _ in
                withExtendedLifetime(self) { continuation.resume(with: Result(catching: work)) }
            }
        }
    }
}
