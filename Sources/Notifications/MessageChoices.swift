import Foundation
import Postgres

/// One kind of message: a channel for a topic.
struct MessageKind: Hashable, Sendable {
    let channel: Channel
    let topic: Topic

    /// As API and form call it: `email_reminders`.
    var name: String { "\(channel.rawValue)_\(topic.rawValue)" }

    static let all = Channel.allCases.flatMap { channel in Topic.allCases.map { MessageKind(channel: channel, topic: $0) } }
}

/// Which messages an account does not want. It begins with none refused, since a service it asked for needs no marketing consent (POPIA s 69).
struct MessageChoices: Sendable, Equatable {
    var refused: Set<MessageKind> = []

    func allow(_ channel: Channel, _ topic: Topic) -> Bool { !refused.contains(MessageKind(channel: channel, topic: topic)) }

    static func read(_ account: UUID, on database: some PostgresQuerying) async throws -> MessageChoices {
        let rows = try await database.query("SELECT channel, topic FROM notification_refusals WHERE account_id = \(account)")
        let kinds = try rows.compactMap { row -> MessageKind? in
            guard let channel = Channel(rawValue: try row.decode("channel")), let topic = Topic(rawValue: try row.decode("topic")) else { return nil }
            return MessageKind(channel: channel, topic: topic)
        }
        return MessageChoices(refused: Set(kinds))
    }

    /// Replaces what the account chose before.
    func write(_ account: UUID, on connection: PostgresConnection) async throws {
        // Two writes at once must not add up.
        try await connection.query("SELECT pg_advisory_xact_lock(hashtextextended(\("message choices " + account.uuidString), 0))")
        try await connection.query("DELETE FROM notification_refusals WHERE account_id = \(account)")
        for kind in refused {
            try await connection.query(
                "INSERT INTO notification_refusals (account_id, channel, topic) VALUES (\(account), \(kind.channel.rawValue), \(kind.topic.rawValue))")
        }
    }
}
