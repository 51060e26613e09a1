import Logging

/// What a transaction sees of others: Section 13.2 of PostgreSQL's manual.
public enum TransactionIsolation: String, Sendable {
    case readCommitted = "READ COMMITTED"
    case repeatableRead = "REPEATABLE READ"
    case serializable = "SERIALIZABLE"
}

public enum TransactionAccess: String, Sendable {
    case readWrite = "READ WRITE"
    case readOnly = "READ ONLY"
}

extension PostgresPool {
    /// Attempts of one transaction, the first included.
    private static let maximumAttempts = 10

    /// Runs `body` in a transaction: commits when it returns, rolls back when it throws.
    ///
    /// A serialization failure or deadlock that `body` lets through, or that COMMIT finds, runs `body` again, up to ten
    /// times in all with growing random pauses: `body` must have no effect outside the database. A connection lost during COMMIT is thrown, not
    /// retried: the outcome is unknown. COMMIT is not cancelled with the task.
    @discardableResult
    public func transaction<Value: Sendable>(
        isolation: TransactionIsolation = .readCommitted,
        access: TransactionAccess = .readWrite,
        _ body: @Sendable (PostgresConnection) async throws -> Value
    ) async throws -> Value {
        var backoff = Backoff(firstMilliseconds: 5, maximumMilliseconds: 500)
        for _ in 1..<Self.maximumAttempts {
            do {
                return try await transactionOnce(isolation, access, body)
            } catch let error as PostgresError where error.isRetryable {
                logger.debug("transaction tried again", metadata: ["error": "\(error)"])
                try await Task.sleep(for: backoff.next())
            }
        }
        return try await transactionOnce(isolation, access, body)
    }

    private func transactionOnce<Value: Sendable>(
        _ isolation: TransactionIsolation,
        _ access: TransactionAccess,
        _ body: @Sendable (PostgresConnection) async throws -> Value
    ) async throws -> Value {
        try await withConnection { connection in
            try await connection.execute(script: "BEGIN ISOLATION LEVEL \(isolation.rawValue) \(access.rawValue)")
            do {
                let value = try await body(connection)
                try await connection.commit()
                return value
            } catch {
                await connection.rollBack()
                throw error
            }
        }
    }
}

extension PostgresConnection {
    /// - Throws: 25P02 when the transaction had failed and `body` swallowed the error: COMMIT then rolls back.
    fileprivate func commit() async throws {
        let result = try await session.executeUncancelled(script: "COMMIT")
        guard result.commandTag == "COMMIT" else {
            throw PostgresError(sqlState: .failedTransaction, message: "COMMIT of a failed transaction rolled back")
        }
    }

    /// A connection that cannot roll back stays in its transaction, and the pool closes it.
    fileprivate func rollBack() async {
        guard session.status != .idle else { return }
        _ = try? await session.executeUncancelled(script: "ROLLBACK")
    }
}
