import Logging
import ServiceLifecycle

/// Every ten minutes, deletes words that were kept long enough.
struct DeleteExpiredChecksJob: Service {
    let store: SymptomStore
    let logger: Logger

    private static let interval = Duration.seconds(600)

    func run() async throws {
        try? await cancelWhenGracefulShutdown {
            while true {
                do {
                    while try await store.deleteExpired() == 1_000 {}
                } catch {
                    if error is CancellationError { throw error }
                    logger.warning("expired symptom checks could not be deleted", metadata: ["error": "\(error)"])
                }
                try await Task.sleep(for: Self.interval)
            }
        }
    }
}
