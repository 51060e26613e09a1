import Logging
import ServiceLifecycle

/// Work that is done at once and then again and again, until graceful shutdown. A failure is logged, and the next time comes.
public struct PeriodicJob: Service {
    private let name: String
    private let interval: Duration
    private let jitter: Double
    private let logger: Logger
    private let work: @Sendable () async throws -> Void

    /// - Parameters:
    ///   - name: for the log, a verb phrase.
    ///   - interval: from the end of one run to the next.
    ///   - jitter: the share by which an interval is longer or shorter, by chance, so that servers do not work in step.
    public init(
        name: String, every interval: Duration, jitter: Double = 0.1, logger: Logger, _ work: @escaping @Sendable () async throws -> Void
    ) {
        precondition((0..<1).contains(jitter), "jitter is a share")
        self.name = name
        self.interval = interval
        self.jitter = jitter
        self.logger = logger
        self.work = work
    }

    public func run() async throws {
        try? await cancelWhenGracefulShutdown {
            while true {
                do {
                    try await work()
                } catch {
                    if error is CancellationError { throw error }
                    logger.warning("a periodic job failed", metadata: ["job": "\(name)", "error": "\(type(of: error))"])
                    logger.debug("a periodic job failed", metadata: ["job": "\(name)", "error": "\(error)"])
                }
                try await Task.sleep(for: interval * Double.random(in: 1 - jitter...1 + jitter))
            }
        }
    }
}
