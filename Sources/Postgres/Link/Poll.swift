import CLibPQ

/// The `poll(2)` calls of this module.
enum Poll {
    /// Whether a read would not wait. Does not block.
    static func isReadable(_ descriptor: Int32) -> Bool {
        wait(for: [descriptor], timeoutMilliseconds: 0)
    }

    /// Blocks until one of the descriptors is readable or closed, or the time is up; −1 waits for ever.
    /// Returns whether one is.
    @discardableResult
    static func wait(for descriptors: [Int32], timeoutMilliseconds: Int32) -> Bool {
        var entries = descriptors.map { pollfd(fd: $0, events: Int16(POLLIN), revents: 0) }
        return poll(&entries, nfds_t(entries.count), timeoutMilliseconds) > 0
    }
}
