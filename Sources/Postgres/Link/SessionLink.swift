/// A libpq connection and what is prepared on it.
struct SessionLink {
    /// `nil` once closed.
    var connection: LibPQ?
    private var statements = StatementCache(capacity: 256)

    init(connection: LibPQ) {
        self.connection = connection
    }

    var connected: LibPQ {
        get throws {
            guard let connection else { throw PostgresError(sqlState: .connectionFailure, message: "closed") }
            return connection
        }
    }

    /// Runs a statement, prepared at its first use; prepared again when it went stale outside a transaction.
    mutating func execute(_ key: StatementCache.Key, _ parameters: LibPQParameters) throws -> LibPQResult {
        let connection = try connected
        let mayRepeat = connection.status == .idle
        do {
            return try connection.execute(prepared: prepared(key, connection), parameters)
        } catch let error as PostgresError where error.isStaleStatement {
            let stale = statements.remove(key)
            guard mayRepeat else { throw error }
            if let stale { try deallocate(stale, connection) }
            return try connection.execute(prepared: prepared(key, connection), parameters)
        }
    }

    private mutating func prepared(_ key: StatementCache.Key, _ connection: LibPQ) throws -> String {
        if let name = statements.name(of: key) { return name }
        if let evicted = statements.evictIfFull() { try deallocate(evicted, connection) }
        let name = statements.freshName()
        try connection.prepare(name, key.text, types: key.types)
        statements.insert(name, for: key)
        return name
    }

    private func deallocate(_ name: String, _ connection: LibPQ) throws {
        do {
            _ = try connection.execute(script: "DEALLOCATE \(name)")
        } catch let error as PostgresError where error.isStaleStatement {
            // 26000: it is gone already, which is what was wanted.
        }
    }
}
