import Foundation
import Hummingbird
import Logging
import Postgres
import Testing
import Web

@testable import App

@Suite struct AccessRulesTests {
    /// The server's router as `serve` builds it; nothing connects before the first query.
    static func router() throws -> Router<AppRequestContext> {
        let logger = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }
        let root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent().path()
        let configuration = try Configuration(environment: [
            "RTD_DATA_DIRECTORY": "\(root)/Data", "RTD_DATABASE_URL": "postgresql:///nowhere?host=/nonexistent",
            "RTD_SECRET": String(repeating: "01", count: 32),
        ])
        let pool = PostgresPool(configuration: configuration.database, logger: logger)
        return try Wiring(
            configuration: configuration, pool: pool, followed: pool, metrics: PrometheusMetrics(), showsSampleData: true, logger: logger
        ).router()
    }

    @Test("Every route has a rule, and every rule a route; the site's files alone have none to write")
    func complete() throws {
        let routes = try Set(Self.router().routes.map { "\($0.method.rawValue) \($0.path.description)" })
        #expect(routes.filter { !$0.hasPrefix("GET /assets/") } == AccessRules.site.routes)
    }
}
