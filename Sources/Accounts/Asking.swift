import Postgres
import Web

/// Runs what a route asks for; refusals become their problems, a database that is away a 503.
func asking<Value>(_ work: () async throws -> Value) async throws -> Value {
    do {
        return try await work()
    } catch let refusal as AccountRefusal {
        throw refusal.problem
    } catch let error as PostgresError where error.isConnectionLost {
        throw Problem.accountsUnavailable
    } catch is PostgresPoolError {
        throw Problem.accountsUnavailable
    }
}

extension Problem {
    fileprivate static let accountsUnavailable = Problem.unavailable(
        retryAfterSeconds: 5, detail: "Accounts cannot be reached just now. Try again in a moment.")
}
