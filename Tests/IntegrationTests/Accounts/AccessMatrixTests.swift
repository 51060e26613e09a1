import Crypto
import Foundation
import HTTPTypes
import Hummingbird
import NIOCore
import Postgres
import Testing
import Web

@testable import Accounts
@testable import App

/// Every route of the server as it is wired, asked by nobody and by every role.
@Suite(.enabled(if: TestDatabase.isAvailable, TestDatabase.hint)) struct AccessMatrixTests {
    /// Written by hand, apart from the server's own table: what begins so, is for whom. The first line that fits counts; a route
    /// that fits none fails the test.
    private static let expectations: [(prefix: String, allowed: Allowed)] = [
        ("GET /v1/accounts/me", .signedIn), ("POST /v1/accounts/me/", .signedIn), ("PUT /v1/accounts/me/", .signedIn), ("DELETE /v1/accounts/me/", .signedIn), ("POST /v1/accounts", .everybody),
        ("GET /v1/sessions", .signedIn), ("DELETE /v1/sessions", .signedIn), ("POST /v1/sessions", .everybody), ("POST /v1/tokens", .everybody),
        ("POST /v1/sign-in-codes", .everybody), ("POST /v1/password-resets", .everybody),
        ("GET /v1/persons", .signedIn), ("POST /v1/persons", .signedIn), ("PUT /v1/persons", .signedIn), ("DELETE /v1/persons", .signedIn),
        ("GET /sign-", .everybody), ("POST /sign-in", .everybody), ("POST /sign-up", .everybody), ("POST /sign-out", .signedIn),
        ("GET /password-reset", .everybody), ("POST /password-reset", .everybody), ("GET /account", .signedIn), ("GET /account/", .signedIn), ("POST /account/", .signedIn),
        ("GET /v1/doctors/{id}/bookings", practice), ("GET /v1/doctors/{id}/schedules", practice), ("PUT /v1/doctors/{id}/schedules", practice),
        ("POST /v1/doctors/{id}/exceptions", practice), ("DELETE /v1/doctors/{id}/exceptions", practice),
        ("POST /v1/doctors/{id}/calendar-feed", practice), ("DELETE /v1/doctors/{id}/calendar-feed", practice),
        ("POST /v1/bookings/{id}/approval", practice), ("POST /v1/bookings/{id}/check-in", practice), ("POST /v1/bookings/{id}/completion", practice),
        ("POST /v1/bookings/{id}/no-show-dispute", .signedIn), ("POST /v1/bookings/{id}/no-show", practice),
        ("POST /v1/bookings/{id}/dispute-decision", practice), ("POST /v1/bookings", .signedIn), ("GET /v1/bookings", .signedIn),
        ("GET /v1/waitlist-entries", .signedIn), ("POST /v1/waitlist-entries", .signedIn), ("DELETE /v1/waitlist-entries", .signedIn),
        ("GET /bookings", .signedIn), ("POST /bookings", .signedIn), ("GET /practice/", practice), ("POST /practice/", practice),
        ("PUT /v1/public-holidays", .roles([.administrator])), ("DELETE /v1/public-holidays", .roles([.administrator])),
        ("GET /v1/public-holidays", .everybody), ("POST /v1/webhooks/twilio/status", .everybody), ("GET /v1/calendar-feeds", .everybody), ("GET /fhir/Appointment", .signedIn),
        ("GET /fhir/", .everybody),
        ("GET /v1/verification-queue", .roles([.administrator])), ("POST /v1/verifications/{id}/review", .roles([.administrator])),
        ("DELETE /v1/verifications/{id}/review", .roles([.administrator])), ("POST /v1/verifications/{id}/decision", .roles([.administrator])),
        ("GET /v1/verifications/{id}/documents/{document_id}", .roles([.administrator])), ("GET /admin/", .roles([.administrator])),
        ("POST /admin/", .roles([.administrator])), ("GET /v1/verifications", .signedIn), ("POST /v1/verifications", .signedIn),
        ("PUT /v1/verifications", .signedIn), ("GET /verification", .signedIn), ("POST /verification", .signedIn),
        ("GET /v1/doctors", .everybody), ("POST /v1/doctors/search", .everybody), ("GET /v1/specialties", .everybody), ("GET /v1/languages", .everybody),
        ("GET /v1/schemes", .everybody), ("GET /v1/places", .everybody), ("GET /v1/facilities", .everybody), ("GET /doctors", .everybody),
        ("POST /doctors", .everybody), ("POST /v1/symptom-checks", .everybody), ("DELETE /v1/symptom-checks", .everybody), ("GET /symptoms", .everybody),
        ("POST /symptoms", .everybody), ("GET /healthz", .everybody), ("GET /readyz", .everybody), ("GET /metrics", .everybody),
        ("GET /openapi.json", .everybody), ("GET /favicon.ico", .everybody), ("GET /help", .everybody), ("GET /assets/", .everybody), ("GET /", .everybody),
    ]

    private static let practice = Allowed.roles([.doctor, .staff])

    private enum Allowed {
        case everybody, signedIn
        case roles(Set<Principal.Role>)

        func holds(_ role: Principal.Role?) -> Bool {
            switch self {
            case .everybody: true
            case .signedIn: role != nil
            case .roles(let roles): role.map(roles.contains) ?? false
            }
        }
    }

    @Test("Every route answers nobody and every role as it should: allowed or denied")
    func matrix() async throws {
        try await TestDatabase.withPool(configure: { $0.waitingDeadlineMilliseconds = 5_000 }) { pool in
            _ = try await Migrator(pool: pool, logger: TestDatabase.logger).migrate(Wiring.migrations)
            try await pool.query("INSERT INTO doctors (doctor_id, external_id, display_name) OVERRIDING SYSTEM VALUE VALUES (12, 'matrix', 'Dr Matrix')")
            try await pool.query("INSERT INTO practices (practice_id, external_id, name) OVERRIDING SYSTEM VALUE VALUES (12, 'matrix', 'Rooms')")
            try await pool.query("INSERT INTO doctor_practices (doctor_id, practice_id, position) VALUES (12, 12, 0)")
            let root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
                .deletingLastPathComponent().path()
            let configuration = try Configuration(environment: [
                "RTD_DATA_DIRECTORY": root + "Data", "RTD_SECRET": String(repeating: "01", count: 32), "RTD_PASSWORD_COST": "10", "RTD_FIELD_KEYS": AccountsSite.keys,
                "RTD_CLIENT_LIMITS": "off",
            ])
            let wiring = try Wiring(
                configuration: configuration, pool: pool, followed: pool, metrics: PrometheusMetrics(), showsSampleData: true,
                logger: TestDatabase.logger)
            let router = wiring.router()
            let routes = router.routes
            let responder = router.finishedResponder()
            #expect(routes.count > 40)
            for role in Principal.Role.allCases.map(Optional.some) + [nil] {
                let account = try await role.asyncMap { try await Self.account($0, wiring.accounts) }
                for route in routes {
                    let name = "\(route.method.rawValue) \(route.path.description)"
                    guard let expected = Self.expectations.first(where: { name == $0.prefix || $0.prefix != "GET /" && name.hasPrefix($0.prefix) })?.allowed else {
                        Issue.record("\(name) has no expectation")
                        continue
                    }
                    let request = try await Self.request(route.method, route.path.description, account, wiring.accounts)
                    let response = try await responder.respond(to: request, context: AppRequestContext(logger: TestDatabase.logger))
                    let isDenied = response.status == .unauthorized && response.headers[.location] == nil && !Self.provesIdentity(name) || response.status == .forbidden
                    #expect(isDenied == !expected.holds(role), "\(name) by \(role?.rawValue ?? "nobody"): \(response.status)")
                }
            }
        }
    }

    /// Where 401 means that what was given as proof is wrong, not that the route is closed.
    private static func provesIdentity(_ name: String) -> Bool {
        ["POST /v1/sessions", "POST /v1/tokens", "POST /v1/password-resets", "POST /sign-in", "POST /password-reset"].contains { name.hasPrefix($0) }
    }

    private static func account(_ role: Principal.Role, _ feature: AccountsFeature) async throws -> UUID {
        let account = UUID()
        try await feature.pool.transaction { connection in
            try await AccountStore.create(account, now: Date(), on: connection)
            try await connection.query("DELETE FROM account_roles WHERE account_id = \(account)")
            // Whose the things asked for are, the features check; here they are everybody's.
            try await connection.query("INSERT INTO doctor_accounts (account_id, doctor_id, added_at) VALUES (\(account), 12, now())")
            try await connection.query("INSERT INTO practice_staff (account_id, practice_id, added_at) VALUES (\(account), 12, now())")
            try await Operators.grant(role, to: account, by: nil, requestID: nil, now: Date(), on: connection)
        }
        return account
    }

    /// With a sign-in of its own, because some routes end it.
    private static func request(_ method: HTTPRequest.Method, _ pattern: String, _ account: UUID?, _ feature: AccountsFeature) async throws -> Request {
        var headers: HTTPFields = [:]
        let isAPI = pattern.hasPrefix("/v1/") || pattern.hasPrefix("/fhir/")
        var body = isAPI ? "{}" : ""
        if method != .get { headers[.contentType] = isAPI ? "application/json" : "application/x-www-form-urlencoded" }
        if let account {
            let secret = SecretToken.make()
            let session = try await feature.sessions.create(account, cookieHash: isAPI ? nil : secret.hash, device: "test", now: Date(), on: feature.pool)
            if isAPI {
                headers[.authorization] = "Bearer " + (try feature.accessTokens.sign(account: account, session: session, now: Date()))
            } else {
                headers[.cookie] = "session=\(secret.text)"
                body = "form_token=\(feature.formToken(secret))"
            }
        }
        let path = pattern.replacing(/\{[^}]*\}/, with: "12")
        return Request(
            head: HTTPRequest(method: method, scheme: "http", authority: "localhost", path: path, headerFields: headers),
            body: .init(buffer: method == .get ? ByteBuffer() : ByteBuffer(string: body)))
    }
}

extension Optional {
    fileprivate func asyncMap<Value>(_ transform: (Wrapped) async throws -> Value) async rethrows -> Value? {
        if let self { try await transform(self) } else { nil }
    }
}
