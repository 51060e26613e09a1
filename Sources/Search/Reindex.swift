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
    private let files: SnapshotFiles
    private let loader: IndexLoader

    /// - Parameter indexDirectory: the directory the servers on this machine read.
    public init(database: PostgresPool, indexDirectory: String, logger: Logger) {
        self.database = database
        files = SnapshotFiles(directory: indexDirectory)
        loader = IndexLoader(
            source: DoctorSource(database: database), analyser: TextAnalyser(), placesNamed: { _ in [] }, logger: logger)
    }

    /// Reads every doctor once. The old file stays until the new one is complete.
    public func run(progress: @escaping @Sendable (_ done: Int, _ total: Int) -> Void) async throws -> Report {
        let state = try await loader.load(progress: progress)
        let file = try files.write(state)
        try await database.query("SELECT pg_notify(\(IndexFollower.channel), '')")
        return Report(
            generation: state.generation, documents: state.view.documentCount, bytes: file.bytes, path: file.path)
    }
}
