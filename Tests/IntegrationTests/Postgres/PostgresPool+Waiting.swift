import Postgres

extension PostgresPool {
    /// Returns once another backend is inside `pg_sleep`.
    func waitUntilSleeping(_ pid: Int32) async throws {
        while try await query("SELECT FROM pg_stat_activity WHERE pid = \(pid) AND wait_event = 'PgSleep'").isEmpty {
            try await Task.sleep(for: .milliseconds(10))
        }
    }
}
