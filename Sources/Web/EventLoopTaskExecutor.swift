import NIOCore

/// Runs a connection's tasks on the event loop that owns its socket, so that a request that waits for nothing is read,
/// answered and written by one thread.
///
/// Swift's own pool would take each request over to another thread and back, which costs more than a short handler.
/// What a handler computes holds up the other connections of its loop meanwhile.
final class EventLoopTaskExecutor: TaskExecutor {
    private let eventLoop: any EventLoop

    init(_ eventLoop: any EventLoop) { self.eventLoop = eventLoop }

    func enqueue(_ job: consuming ExecutorJob) {
        let job = UnownedJob(job)
        eventLoop.execute { job.runSynchronously(on: self.asUnownedTaskExecutor()) }
    }
}
