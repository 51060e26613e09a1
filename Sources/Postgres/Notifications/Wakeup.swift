import CLibPQ

/// A descriptor that becomes readable when ``signal()`` is called, to end a wait in `poll(2)`.
final class Wakeup: Sendable {
    let readEnd: Int32
    private let writeEnd: Int32

    init() {
        var ends: [Int32] = [-1, -1]
        precondition(pipe(&ends) == 0, "no file descriptor left for a pipe")
        (readEnd, writeEnd) = (ends[0], ends[1])
    }

    deinit {
        close(readEnd)
        close(writeEnd)
    }

    var isSignalled: Bool { Poll.isReadable(readEnd) }

    func signal() {
        _ = withUnsafeBytes(of: UInt8(1)) { write(writeEnd, $0.baseAddress, $0.count) }
    }
}
