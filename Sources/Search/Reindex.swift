import Foundation
import Logging
import Postgres
import SearchIndex
import TextAnalysis

/// Builds a new index from the database into a snapshot file and tells the running servers, which swap to it and then
/// catch up with what changed meanwhile.
public struct Reindex: Sendable {
    /// What was built.
    public struct Report: Sendable, Encodable {
        public let generation: String
        public let documents: Int
        public let bytes: Int
        public let path: String
    }
    private let database: PostgresPool
    private let loader: IndexLoader
    private let logger: Logger

    /// - Parameters:
    ///   - database: the primary.
    ///   - followed: what the servers' index is made from, the primary or a standby.
    ///   - indexDirectory: the directory the servers on this machine read.
    public init(database: PostgresPool, followed: PostgresPool, indexDirectory: String, logger: Logger) {
        self.database = database
        self.logger = logger
        loader = IndexLoader(
            source: DoctorSource(database: followed), analyser: TextAnalyser(), placesNamed: { _ in [] },
            files: SnapshotFiles(directory: indexDirectory), logger: logger)
    }

    /// Reads every doctor once. The old file stays until the new one is complete, and the changes that come meanwhile are
    /// kept for the servers.
    public func run(progress: @escaping @Sendable (_ done: Int, _ total: Int) -> Void) async throws -> Report {
        var registry = FollowerRegistry(
            database: database, followerID: UUID(), isReindex: true,
            retentionSeconds: FollowerRegistry.reindexRetentionSeconds)
        let state = try await loader.load(
            begin: { [registry] cursor in
                do {
                    _ = try await registry.beat(needs: cursor.snapshot.xmin, parked: ParkedDoctors())
                } catch {
                    logger.warning("the reindex could not register", metadata: ["error": "\(error)"])
                }
            }, progress: progress)
        let file = try loader.files.write(state.view.merged(), of: state)
        // The servers take the file within seconds, and then say themselves what they need.
        registry.retentionSeconds = 60
        _ = try await registry.beat(needs: state.cursor.snapshot.xmin, parked: ParkedDoctors())
        try await database.query("SELECT pg_notify(\(IndexFollower.channel), '')")
        return Report(
            generation: state.generation, documents: state.view.documentCount, bytes: file.bytes, path: file.path)
    }
}
