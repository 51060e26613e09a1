import Domain
import Foundation
import HTTPTypes
import Hummingbird
import Postgres
import Web

/// `/admin/verifications`: the reviewers' queue and one page per case.
struct ReviewPages: Sendable {
    let verifications: Verifications
    let pages: PageRenderer

    private static let address = "/admin/verifications"
    /// More than anybody decides in a day; the rest shows when these are done.
    private static let mostRows = 100

    func add(to router: Router<AppRequestContext>) {
        router.get("/admin/verifications") { request, context in
            try RequestParameters(query: request).finish()
            let waiting = try await verifications.queue(after: nil, limit: Self.mostRows, context)
            var names: [UUID: String] = [:]
            for reviewer in Set(waiting.compactMap(\.reviewerID)) {
                names[reviewer] = try await verifications.dependencies.reviewerName(reviewer)
            }
            return pages.render(
                "verification-queue", title: "Doctors to verify", headers: .personal, model: QueuePage(waiting, reviewers: names))
        }
        router.get("/admin/verifications/:id") { request, context in
            try RequestParameters(query: request).finish()
            return try await page(context)
        }
        router.get("/admin/verifications/:id/documents/:document_id") { request, context in
            try RequestParameters(query: request).finish()
            let (id, document) = (try context.verificationID(), try context.documentID())
            let view = try await refusing { try await verifications.view(document, of: id, context) }
            return Response(
                status: .seeOther, headers: [.location: view.address, .cacheControl: "no-store", .referrerPolicy: "no-referrer"])
        }
        router.post("/admin/verifications/:id/review") { request, context in
            try await changed(request, context) { id, version, connection in
                _ = try await verifications.take(id, ifVersion: version, context, on: connection)
            }
        }
        router.post("/admin/verifications/:id/release") { request, context in
            try await changed(request, context) { id, version, connection in
                _ = try await verifications.release(id, ifVersion: version, context, on: connection)
            }
        }
        router.post("/admin/verifications/:id/decision") { request, context in try await decide(request, context) }
    }

    private func changed(
        _ request: Request, _ context: AppRequestContext, _ change: @escaping @Sendable (UUID, Int, PostgresConnection) async throws -> Void
    ) async throws -> Response {
        var parameters = try await RequestParameters(form: request, context: context)
        let version = parameters.version()
        try parameters.finish()
        let id = try context.verificationID()
        return try await answered(context, to: "\(Self.address)/\(id.text)") {
            try await verifications.pool.transaction { try await change(id, version, $0) }
        }
    }

    private func decide(_ request: Request, _ context: AppRequestContext) async throws -> Response {
        var parameters = try await RequestParameters(form: request, context: context)
        var sent = parameters
        let typed = ReviewPage.Typed(
            decision: sent.string("decision", maxBytes: 20), reason: sent.string("reason", maxBytes: 40),
            note: sent.string("note", maxBytes: 4_000))
        let version = parameters.version()
        let id = try context.verificationID()
        return try await answered(context, typed: typed) {
            let decision = try VerificationDecision(&parameters)
            try await verifications.pool.transaction {
                _ = try await verifications.decide(decision, on: id, ifVersion: version, context, on: $0)
            }
        }
    }

    /// On to `address`, or to the next case that waits; the case again with what was wrong.
    private func answered(
        _ context: AppRequestContext, to address: String? = nil, typed: ReviewPage.Typed = .init(), _ body: () async throws -> Void
    ) async throws -> Response {
        do {
            try await refusing(body)
            let next = if let address { address } else { try await nextAddress() }
            return Response(status: .seeOther, headers: [.location: next, .cacheControl: "no-store"])
        } catch let problem as Problem where [.badRequest, .conflict, .preconditionFailed].contains(problem.status) {
            return try await page(context, problem: problem, typed: typed)
        }
    }

    private func nextAddress() async throws -> String {
        let waiting = try await VerificationStore(database: verifications.pool).queue(after: nil, limit: Self.mostRows)
        return waiting.first { $0.state == .submitted }.map { "\(Self.address)/\($0.id.text)" } ?? Self.address
    }

    private func page(_ context: AppRequestContext, problem: Problem? = nil, typed: ReviewPage.Typed = .init()) async throws -> Response {
        let id = try context.verificationID()
        let verification = try await refusing { try await verifications.readForReview(id, context) }
        let documents = try await VerificationStore(database: verifications.pool).documents(of: id)
        let shown: DoctorProfile? =
            if let doctorID = verification.doctorID { try await DoctorStore(database: verifications.pool).profile(doctorID: doctorID) } else
            { nil }
        let reviewer: String? =
            if let reviewerID = verification.reviewerID { try await verifications.dependencies.reviewerName(reviewerID) } else { nil }
        let page = ReviewPage(
            verification, documents, shown: shown, reader: try context.requirePrincipal(), reviewer: reviewer, problem: problem,
            typed: typed,
            token: context.formToken)
        return pages.render(
            "verification-case", title: problem == nil ? page.name : "Error: \(page.name)", status: problem?.status ?? .ok,
            headers: .personal,
            model: page)
    }
}

extension RequestParameters {
    /// The version that the page showed.
    fileprivate mutating func version() -> Int {
        let version = int("version", in: 1...Int(Int32.max))
        require("version", version != nil)
        return version ?? 0
    }
}
