import Hummingbird
import Postgres
import Web

/// A database that is out of reach or too busy is no fault of the server's: 503 with `Retry-After`, on every route.
struct DatabaseAwayMiddleware: RouterMiddleware {
    func handle(
        _ request: Request, context: AppRequestContext, next: (Request, AppRequestContext) async throws -> Response
    ) async throws -> Response {
        do {
            return try await next(request, context)
        } catch let error where error.isOfABusyDatabase {
            throw Problem.unavailable(retryAfterSeconds: 5, detail: "The database cannot be reached just now. Try again in a moment.")
        }
    }
}

extension Error {
    /// No connection in time, one that was lost, or a lock that was not free in time (55P03).
    fileprivate var isOfABusyDatabase: Bool {
        if let error = self as? PostgresError { return error.isConnectionLost || error.sqlState == "55P03" }
        return self is PostgresPoolError
    }
}
