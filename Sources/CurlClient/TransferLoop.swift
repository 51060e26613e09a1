import CCurl
import Foundation
import Synchronization

private let isLibraryReady = curl_global_init(Int(CURL_GLOBAL_SSL)) == CURLE_OK

/// One thread that drives all transfers through one libcurl multi handle.
///
/// `@unchecked Sendable`: `waiting` and `running` are touched by the loop's thread alone; of `multi` other threads call only
/// `curl_multi_wakeup`, which libcurl allows from any thread; `deinit` runs when neither holds the loop any more.
final class TransferLoop: @unchecked Sendable {
    private struct Inbox: Sendable {
        var submitted: [any Transfer] = []
        var isStopped = false
    }

    private let multi: UnsafeMutableRawPointer
    private let inbox = Mutex(Inbox())
    private let maximumConnections: Int
    private var waiting: [any Transfer] = []
    private var running: [UnsafeMutableRawPointer: any Transfer] = [:]

    init(maximumConnections: Int) {
        guard isLibraryReady, let multi = curl_multi_init() else { preconditionFailure("libcurl cannot be initialised") }
        self.multi = multi
        self.maximumConnections = maximumConnections
    }

    deinit { curl_multi_cleanup(multi) }

    func start() { Thread.detachNewThread { self.run() } }

    func stop() {
        inbox.withLock { $0.isStopped = true }
        wake()
    }

    func submit(_ transfer: any Transfer) {
        inbox.withLock { $0.submitted.append(transfer) }
        wake()
    }

    func wake() { curl_multi_wakeup(multi) }

    private func run() {
        while takeSubmitted() {
            dropWaiting()
            abortRunning()
            var count: Int32 = 0
            curl_multi_perform(multi, &count)
            finishDone()
            startWaiting()
            let patience = waiting.map(\.remainingMilliseconds).min() ?? 60_000
            curl_multi_poll(multi, nil, 0, Int32(clamping: max(0, patience)), nil)
        }
    }

    /// False when the loop is to end; no transfer is under way then, for each one's `send` keeps the client.
    private func takeSubmitted() -> Bool {
        inbox.withLock { inbox in
            waiting += inbox.submitted
            inbox.submitted = []
            return !inbox.isStopped
        }
    }

    /// libcurl counts no time for a transfer it has not begun, so those past their deadline end here.
    private func dropWaiting() {
        waiting.removeAll { transfer in
            if transfer.isCancelled {
                transfer.cancel()
            } else if transfer.remainingMilliseconds <= 0 {
                transfer.finish(CURLE_OPERATION_TIMEDOUT)
            } else {
                return false
            }
            return true
        }
    }

    private func abortRunning() {
        for (handle, transfer) in running where transfer.isCancelled {
            remove(handle)
            transfer.cancel()
        }
    }

    private func startWaiting() {
        while running.count < maximumConnections, !waiting.isEmpty {
            let transfer = waiting.removeFirst()
            guard let handle = transfer.prepare() else { continue }
            running[handle] = transfer
            curl_multi_add_handle(multi, handle)
        }
    }

    private func finishDone() {
        var remaining: Int32 = 0
        while let message = curl_multi_info_read(multi, &remaining) {
            guard message.pointee.msg == CURLMSG_DONE, let handle = message.pointee.easy_handle else { continue }
            let result = message.pointee.data.result
            let transfer = running[handle]
            remove(handle)
            transfer?.finish(result)
        }
    }

    private func remove(_ handle: UnsafeMutableRawPointer) {
        curl_multi_remove_handle(multi, handle)
        running[handle] = nil
    }
}
