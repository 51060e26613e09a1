import Foundation
import Postgres

/// Tells the database who follows `doctor_changes` and how far, so that changes everybody has read are dropped and the
/// others kept. Writes, so it needs the primary; a follower that reads from a standby goes on while that is away.
struct FollowerRegistry: Sendable {
    /// How long changes are kept for a server that is not heard of.
    static let serverRetentionSeconds = 24.0 * 3600
    /// How long for a `reindex` that does not end.
    static let reindexRetentionSeconds = 6.0 * 3600
    /// Changes dropped at a time, so that no statement takes long.
    private static let pruneBatch = 20_000

    let database: PostgresPool
    let followerID: UUID
    var isReindex = false
    var retentionSeconds = FollowerRegistry.serverRetentionSeconds

    /// What was found with a beat.
    struct Beat: Sendable {
        /// Whether a verification was asked for that has no answer yet.
        var wantsVerification: Bool
        /// Bytes of the outbox and its indexes.
        var outboxBytes: Int
        /// Age of the oldest transaction that writes; 0 without any.
        var horizonSeconds: Double
    }

    /// Says that the follower lives and needs no change of a transaction below `needs` any more; then drops what nobody
    /// needs.
    func beat(needs: UInt64, parked: ParkedDoctors) async throws -> Beat {
        let rows = try await database.query(
            """
            INSERT INTO search_followers (follower_id, host, is_reindex, needs_tx, expires_at)
            VALUES (\(followerID), \(ProcessInfo.processInfo.hostName), \(isReindex), \(TransactionID(rawValue: needs)),
                clock_timestamp() + make_interval(secs => \(retentionSeconds)))
            ON CONFLICT (follower_id) DO UPDATE SET
                host = EXCLUDED.host, needs_tx = EXCLUDED.needs_tx, seen_at = clock_timestamp(), expires_at = EXCLUDED.expires_at
            RETURNING coalesce(verify_asked_at > coalesce(verified_at, '-infinity'), false) AS wants_verification
            """)
        try await write(parked)
        try await database.query("DELETE FROM search_followers WHERE expires_at < clock_timestamp()")
        try await database.query(
            "SELECT doctor_changes_prune((SELECT needs_tx FROM search_followers ORDER BY needs_tx LIMIT 1), \(Int32(Self.pruneBatch)))")
        let sizes = try await database.query(
            """
            SELECT pg_total_relation_size('doctor_changes') AS bytes, coalesce((
                SELECT max(extract(epoch FROM clock_timestamp() - xact_start))::double precision FROM pg_stat_activity
                WHERE backend_xid IS NOT NULL), 0) AS horizon
            """)
        return Beat(
            wantsVerification: try rows[0].decode("wants_verification"), outboxBytes: try sizes[0].decode("bytes"),
            horizonSeconds: try sizes[0].decode("horizon"))
    }

    private func write(_ parked: ParkedDoctors) async throws {
        let (ids, entries) = (Array(parked.entries.keys), Array(parked.entries.values))
        try await database.query(
            "DELETE FROM search_parked_doctors WHERE follower_id = \(followerID) AND NOT doctor_id = ANY (\(ids))")
        guard !ids.isEmpty else { return }
        try await database.query(
            """
            INSERT INTO search_parked_doctors (follower_id, doctor_id, reason, attempts, failing_since, next_attempt_at)
            SELECT \(followerID), * FROM unnest(
                \(ids), \(entries.map(\.reason)), \(entries.map { Int32($0.attempts) }), \(entries.map(\.failingSince)),
                \(entries.map(\.nextAttemptAt)))
            ON CONFLICT ON CONSTRAINT search_parked_doctors_once DO UPDATE SET
                reason = EXCLUDED.reason, attempts = EXCLUDED.attempts, failing_since = EXCLUDED.failing_since,
                next_attempt_at = EXCLUDED.next_attempt_at
            """)
    }

    /// Answers a verification.
    func verified(_ outcome: Reconciliation.Outcome) async throws {
        try await database.query(
            """
            UPDATE search_followers SET verified_at = clock_timestamp(), verified_doctors = \(outcome.doctors),
                verify_differences = \(outcome.differences)
            WHERE follower_id = \(followerID)
            """)
    }

    /// Says that the follower rests; what it needs is kept.
    func stopped() async throws {
        try await database.query("UPDATE search_followers SET seen_at = '-infinity' WHERE follower_id = \(followerID)")
    }
}
