import Testing

@testable import Postgres

@Suite("Errors")
struct PostgresErrorTests {
    private let error = PostgresError(
        sqlState: SQLState(rawValue: "23505"), message: "secret message", detail: "Key (email)=(secret@example.org) exists",
        schema: "public", table: "doctors", column: "email", constraint: "doctors_email_key"
    )

    @Test("No way of printing an error shows message or detail")
    func leaksNothing() {
        struct Wrapper: Error { let cause: PostgresError? }
        var dumped = ""
        dump(error, to: &dumped)
        let wrapped: any Error = Wrapper(cause: error)
        for text in ["\(error)", String(reflecting: error), dumped, "\(wrapped)", String(reflecting: wrapped)] {
            #expect(!text.contains("secret"))
        }
    }

    @Test("The description names code, constraint, table and column")
    func names() {
        #expect("\(error)" == "PostgreSQL error 23505, constraint doctors_email_key, table doctors, column email")
    }

    @Test("A lost connection is recognised by its code", arguments: ["08006", "08001", "57P01", "57P02", "57P03"])
    func lost(code: String) {
        #expect(PostgresError(sqlState: SQLState(rawValue: code), message: "").isConnectionLost)
    }

    @Test("Only serialization failures and deadlocks are tried again", arguments: ["40001", "40P01", "23505", "57014", "08006"])
    func retryable(code: String) {
        #expect(PostgresError(sqlState: SQLState(rawValue: code), message: "").isRetryable == code.hasPrefix("40"))
    }

    @Test("A configuration does not print its connection string")
    func configuration() {
        let configuration = PostgresConfiguration(connectionString: "postgresql://u:secret@host/db")
        var dumped = ""
        dump(configuration, to: &dumped)
        for text in ["\(configuration)", String(reflecting: configuration), dumped] { #expect(!text.contains("secret")) }
    }
}
