import Logging

/// What `NOTIFY` sent.
public struct PostgresNotification: Hashable, Sendable {
    public let channel: String
    /// At most 7 999 bytes; empty when none was given.
    public let payload: String

    public init(channel: String, payload: String) {
        self.channel = channel
        self.payload = payload
    }
}

/// The notifications on one channel, over a connection of its own that is opened again when it is lost.
///
/// Ends when the pool closes or the consuming task is cancelled; never throws. Holds the last 1 024 events for a slow
/// consumer.
public struct PostgresNotifications: AsyncSequence, Sendable {
    public enum Event: Hashable, Sendable {
        /// Listening from here on; earlier notifications may be missing. Comes first, after every reconnect, and when a
        /// slow consumer lost some.
        case gap
        case notification(PostgresNotification)
    }

    let channel: String
    let configuration: PostgresConfiguration
    let listeners: ListenerRegistry
    let log: @Sendable (any Error) -> Void

    public func makeAsyncIterator() -> AsyncStream<Event>.Iterator {
        let (stream, continuation) = AsyncStream.makeStream(of: Event.self, bufferingPolicy: .bufferingNewest(1_024))
        let listener = Listener(channel: channel, connectionString: configuration.connectionString, log: log, events: continuation)
        continuation.onTermination = { _ in listener.stop() }
        listeners.start(listener)
        return stream.makeAsyncIterator()
    }
}

extension PostgresPool {
    /// Listens on `channel` from the first `next()` on, outside the pool's limit of connections.
    public func notifications(on channel: String) -> PostgresNotifications {
        PostgresNotifications(channel: channel, configuration: configuration, listeners: listeners) { [logger] error in
            logger.warning("LISTEN lost its connection", metadata: ["channel": "\(channel)", "error": "\(error)"])
        }
    }
}
