import Logging
import Synchronization
import Testing

@testable import Jobs

@Suite("Periodic jobs", .timeLimit(.minutes(15)))
struct PeriodicJobTests {
    private struct Broken: Error {}

    @Test("A job that fails is done again, and ends when it is cancelled")
    func goesOn() async throws {
        let runs = Mutex(0)
        let (times, time) = AsyncStream.makeStream(of: Void.self)
        let job = PeriodicJob(
            name: "fail", every: .milliseconds(5), logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }
        ) {
            runs.withLock { $0 += 1 }
            time.yield()
            throw Broken()
        }
        let running = Task { try await job.run() }
        var iterator = times.makeAsyncIterator()
        for _ in 0..<3 { await iterator.next() }
        running.cancel()
        try await running.value
        let count = runs.withLock { $0 }
        try await Task.sleep(for: .milliseconds(50))
        #expect(runs.withLock { $0 } == count)
    }
}

@Suite("Retry policy")
struct RetryPolicyTests {
    @Test("Pauses double from the first to the longest, each drawn from the upper half")
    func doubles() {
        let policy = RetryPolicy(firstPauseSeconds: 2, maximumPauseSeconds: 60)
        for (failures, ceiling) in [(1, 2.0), (2, 4), (3, 8), (5, 32), (6, 60), (1_000_000, 60)] {
            for _ in 0..<100 { #expect((ceiling / 2...ceiling).contains(policy.pauseSeconds(afterFailures: failures))) }
        }
    }
}
