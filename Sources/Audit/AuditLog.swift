import Foundation
import Postgres

/// One line of the audit log. Holds ids only, never a name, an address or anything about health.
public struct AuditEntry: Sendable, Equatable {
    /// The account that acts; nil for the system and for operators at the command line.
    public let actor: UUID?
    /// Dotted and stable, as in `booking.overridden`.
    public let action: String
    /// What it is done to, as kind and id: `booking:0199…`, `doctor:12`.
    public let subject: String
    /// Of the request that caused it; nil for jobs and commands.
    public let requestID: String?
    /// The client's address as `AppRequestContext.clientAddress` hashes it.
    public let addressHash: [UInt8]?

    public init(actor: UUID?, action: String, subject: String, requestID: String? = nil, addressHash: [UInt8]? = nil) {
        self.actor = actor
        self.action = action
        self.subject = subject
        self.requestID = requestID
        self.addressHash = addressHash
    }
}

/// The append-only record of privileged reads and changes; the database refuses to change or delete a line.
public enum AuditLog {
    /// Adds one line. Call it with the connection of the transaction that does what is recorded, so that both hold or neither.
    public static func append(_ entry: AuditEntry, on connection: some PostgresQuerying) async throws {
        try await connection.query(
            """
            INSERT INTO audit_log (actor, action, subject, request_id, address_hash)
            VALUES (\(entry.actor), \(entry.action), \(entry.subject), \(entry.requestID), \(entry.addressHash))
            """)
    }

    /// In the order they are applied.
    public static var migrations: [Migration] {
        [
            Migration(
                feature: "Audit", name: "m0001-create-audit-log",
                sql: String(decoding: PackageResources.m0001_create_audit_log_sql, as: UTF8.self))
        ]
    }
}
