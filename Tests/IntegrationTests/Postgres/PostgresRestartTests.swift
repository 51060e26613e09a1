import Foundation
import Postgres
import Testing

@Suite("Server restart", .enabled(if: TestDatabase.isAvailable, TestDatabase.hint), .timeLimit(.minutes(15)))
struct PostgresRestartTests {
    @Test("Pool and listener outlive a restart of the server")
    func restart() async throws {
        let cluster = TestCluster()
        try await cluster.run("start")
        try await outlivesRestart(cluster)
        try await cluster.run("stop")
        try FileManager.default.removeItem(atPath: cluster.folder)
    }

    private func outlivesRestart(_ cluster: TestCluster) async throws {
        let pool = PostgresPool(
            configuration: PostgresConfiguration(
                connectionString: try await cluster.run("url"), maximumConnections: 3, waitingDeadlineMilliseconds: 20_000),
            logger: TestDatabase.logger
        )
        var events = pool.notifications(on: "changes").makeAsyncIterator()
        #expect(await events.next() == .gap)
        try await pool.query("CREATE TABLE visits (id int)")

        let interrupted = Task { try await pool.query("SELECT pg_sleep(60)") }
        try await Task.sleep(for: .milliseconds(300))
        try await cluster.run("stop")
        let error = await #expect(throws: PostgresError.self) { try await interrupted.value }
        #expect(error?.isConnectionLost == true)

        async let patient = pool.query("SELECT count(*) AS n FROM visits")
        try await Task.sleep(for: .milliseconds(300))
        try await cluster.run("start")
        #expect(try await patient[0].decode("n") == 0)
        #expect(await events.next() == .gap)
        try await pool.query("NOTIFY changes")
        #expect(await events.next() == .notification(PostgresNotification(channel: "changes", payload: "")))
        await pool.close()
    }
}

/// A cluster of its own, managed by tools/postgres.
private struct TestCluster {
    let folder = "/tmp/rtd-restart-\(ProcessInfo.processInfo.processIdentifier)"
    private let tool = URL(filePath: #filePath).resolvingSymlinksInPath().appending(path: "../../../../tools/postgres").standardized

    /// Returns what the command printed.
    @discardableResult
    func run(_ command: String) async throws -> String {
        let output = Pipe()
        let status = try await withCheckedThrowingContinuation { continuation in
            let process = Process()
            process.executableURL = tool
            process.arguments = [command, folder]
            process.standardOutput = output
            process.terminationHandler = { continuation.resume(returning: $0.terminationStatus) }
            do {
                try process.run()
            } catch {
                continuation.resume(throwing: error)
            }
        }
        guard status == 0 else { throw Failure(command: command) }
        let text = String(decoding: try output.fileHandleForReading.readToEnd() ?? Data(), as: UTF8.self)
        return text.trimmingCharacters(in: .whitespacesAndNewlines)
    }

    private struct Failure: Error {
        let command: String
    }
}
