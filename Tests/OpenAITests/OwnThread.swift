import Foundation

/// Runs a task's jobs on a thread of its own, so that a time measured in it is not the time other tests keep the pool busy.
///
/// `@unchecked Sendable`: `jobs` and `isEnded` are touched only while `condition` is locked.
final class OwnThread: TaskExecutor, @unchecked Sendable {
    private let condition = NSCondition()
    private var jobs: [UnownedJob] = []
    private var isEnded = false

    /// What `body` gives, and how long it took.
    static func measure<Value: Sendable>(_ body: @escaping @Sendable () async -> Value) async -> (Value, Duration) {
        let executor = OwnThread()
        Thread.detachNewThread { executor.run() }
        defer { executor.end() }
        return await Task(executorPreference: executor) {
            let start = ContinuousClock.now
            let value = await body()
            return (value, ContinuousClock.now - start)
        }.value
    }

    /// For a clock that must not wait for the pool either; blocks the thread.
    static func sleep(_ duration: Duration) { Thread.sleep(forTimeInterval: duration / .seconds(1)) }

    func enqueue(_ job: consuming ExecutorJob) {
        let job = UnownedJob(job)
        condition.withLock {
            jobs.append(job)
            condition.signal()
        }
    }

    private func end() {
        condition.withLock {
            isEnded = true
            condition.signal()
        }
    }

    private func run() {
        while let job = next() { job.runSynchronously(on: asUnownedTaskExecutor()) }
    }

    private func next() -> UnownedJob? {
        condition.withLock {
            while jobs.isEmpty, !isEnded { condition.wait() }
            return jobs.isEmpty ? nil : jobs.removeFirst()
        }
    }
}
