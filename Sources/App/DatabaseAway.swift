import Postgres
import Web

extension Problem {
    /// A database that is out of reach or too busy is no fault of the server's: 503 with `Retry-After`, on every route. Too busy is no connection in
    /// time, or a lock that was not free in time (55P03).
    static func ofDatabase(_ error: any Error) -> Problem? {
        let isAway = (error as? PostgresError).map { $0.isConnectionLost || $0.sqlState == "55P03" } ?? (error is PostgresPoolError)
        return isAway ? .unavailable(retryAfterSeconds: 5, detail: "The database cannot be reached just now. Try again in a moment.") : nil
    }
}
