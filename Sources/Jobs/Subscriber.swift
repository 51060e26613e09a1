import Postgres

/// Hears events; exactly one effect each: `handle` runs in the transaction that marks the delivery done.
///
/// A new subscriber first hears what is kept: the events of the last 30 days. `OutboxEvent.occurredAt` tells old news.
public struct Subscriber: Sendable {
    let name: String
    let events: Set<String>
    let handle: @Sendable (OutboxEvent, PostgresConnection) async throws -> Void

    /// - Parameters:
    ///   - name: of this subscriber for ever: another name hears everything anew.
    ///   - events: names of events. One added later is heard from the oldest kept event on.
    ///   - handle: has no effect but through the connection, or it may happen twice. Throwing has it called again, later and
    ///     later, with the subject's later events waiting, until the delivery is parked.
    public init(
        name: String, events: Set<String>, handle: @escaping @Sendable (OutboxEvent, PostgresConnection) async throws -> Void
    ) {
        self.name = name
        self.events = events
        self.handle = handle
    }
}
