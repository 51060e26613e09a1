import Foundation
import Postgres

/// What an operator can ask of all servers that follow the database.
public struct FollowerReport: Sendable {
    /// A server's answer to a verification.
    public struct Verification: Sendable, Encodable {
        public let host: String
        /// Doctors compared.
        public let doctors: Int
        /// Doctors whose documents differed from the database; they are repaired.
        public let differences: Int
    }
    /// A doctor that a server cannot index.
    public struct Parked: Sendable, Encodable {
        public let host: String
        public let doctorID: Int64
        public let reason: String
        public let attempts: Int
        public let failingSince: Date
        public let nextAttemptAt: Date
    }
    private let database: PostgresPool

    /// Servers not heard of for so long are taken for stopped.
    private static let aliveSeconds = 45.0

    /// - Parameter database: the primary.
    public init(database: PostgresPool) { self.database = database }

    /// Has every running server compare its whole index with the database now, and waits for the answers.
    /// - Parameter progress: told how many servers of how many have answered.
    /// - Throws: `FollowerReportError.noServers`, or `serverGone` when one stops meanwhile.
    public func verify(progress: (_ done: Int, _ total: Int) -> Void) async throws -> [Verification] {
        let asked: [UUID] = try await database.query(
            """
            UPDATE search_followers SET verify_asked_at = clock_timestamp()
            WHERE seen_at > clock_timestamp() - make_interval(secs => \(Self.aliveSeconds)) AND NOT is_reindex
            RETURNING follower_id
            """
        ).map { try $0.decode("follower_id") }
        guard !asked.isEmpty else { throw FollowerReportError.noServers }
        try await database.query("SELECT pg_notify(\(IndexFollower.channel), \(IndexFollower.verificationPayload))")
        while true {
            let rows = try await database.query(
                """
                SELECT host, verified_doctors, verify_differences, verified_at >= verify_asked_at AS is_answered,
                    seen_at > clock_timestamp() - make_interval(secs => \(Self.aliveSeconds)) AS is_alive
                FROM search_followers WHERE follower_id = ANY (\(asked)) ORDER BY host, follower_id
                """)
            let answered = try rows.filter { try $0.decode("is_answered", as: Bool?.self) ?? false }
            progress(answered.count, asked.count)
            if answered.count == asked.count {
                return try answered.map {
                    Verification(
                        host: try $0.decode("host"), doctors: try $0.decode("verified_doctors"),
                        differences: try $0.decode("verify_differences"))
                }
            }
            for row in rows where try !row.decode("is_alive", as: Bool.self) {
                throw FollowerReportError.serverGone(host: try row.decode("host"))
            }
            guard rows.count == asked.count else { throw FollowerReportError.serverGone(host: "that was asked") }
            try await Task.sleep(for: .milliseconds(100))
        }
    }

    /// All parked doctors, those of one server together.
    public func parked() async throws -> [Parked] {
        try await database.query(
            """
            SELECT host, doctor_id, reason, attempts, failing_since, next_attempt_at
            FROM search_parked_doctors JOIN search_followers USING (follower_id) ORDER BY host, follower_id, doctor_id
            """
        ).map {
            Parked(
                host: try $0.decode("host"), doctorID: try $0.decode("doctor_id"), reason: try $0.decode("reason"),
                attempts: Int(try $0.decode("attempts", as: Int32.self)), failingSince: try $0.decode("failing_since"),
                nextAttemptAt: try $0.decode("next_attempt_at"))
        }
    }
}

/// Why servers could not be asked.
public enum FollowerReportError: Error, CustomStringConvertible {
    case noServers
    case serverGone(host: String)

    public var description: String {
        switch self {
        case .noServers: "no server follows this database now"
        case .serverGone(let host): "server \(host) stopped before it answered"
        }
    }
}
