import Dispatch
import Foundation
import Glibc
import Synchronization

/// Runs what takes seconds beside serving - a load, a merge, the writing of a file - on one thread, to which the system
/// gives what others leave. On Swift's own pool such work would hold up the follower and, on one core, every search.
final class BackgroundExecutor: TaskExecutor {
    static let shared = BackgroundExecutor()
    private let jobs = Mutex<[UnownedJob]>([])
    private let waiting = DispatchSemaphore(value: 0)
    /// Weighs about a tenth of a normal thread in Linux' scheduler.
    private static let niceness: Int32 = 10

    private init() {
        Thread.detachNewThread { [self] in
            // 0 is the calling thread on Linux; one that may not be slowed down works as fast as others.
            _ = setpriority(__priority_which_t(PRIO_PROCESS.rawValue), 0, Self.niceness)
            while true {
                waiting.wait()
                let job = jobs.withLock { $0.removeFirst() }
                job.runSynchronously(on: asUnownedTaskExecutor())
            }
        }
    }

    func enqueue(_ job: consuming ExecutorJob) {
        let job = UnownedJob(job)
        jobs.withLock { $0.append(job) }
        waiting.signal()
    }
}

/// Work under way on the `BackgroundExecutor`, to be looked after now and then.
final class BackgroundWork<Value: Sendable>: Sendable {
    private let result = Mutex<Value?>(nil)

    init(_ work: @escaping @Sendable () async -> Value) {
        Task.detached(executorPreference: BackgroundExecutor.shared) { [self] in
            let value = await work()
            result.withLock { $0 = value }
        }
    }

    /// What came of it; `nil` while it goes on.
    var value: Value? { result.withLock { $0 } }
}
