import Domain
import Foundation
import HTTPTypes
import Hummingbird
import Postgres
import Web

/// `/verification`: a doctor's own page. Nothing needs scripts; files come through this server.
struct VerificationPages: Sendable {
    let verifications: Verifications
    let pages: PageRenderer

    static let templates = [
        PageTemplate("verification", PackageResources.verification_mustache),
        PageTemplate("verification-queue", PackageResources.verification_queue_mustache),
        PageTemplate("verification-case", PackageResources.verification_case_mustache),
    ]

    private static let address = "/verification"

    func add(to router: Router<AppRequestContext>) {
        router.get("/verification") { request, context in
            var parameters = try RequestParameters(query: request)
            let doctor = parameters.int("doctor", in: 1...Int.max)
            try parameters.finish()
            return try await page(context, doctorID: doctor.map { Int64($0) })
        }
        router.post("/verification") { request, context in
            var parameters = try await RequestParameters(form: request, context: context)
            let purpose = parameters.enumeration("purpose", as: Verification.Purpose.self)
            let doctor = parameters.int("doctor_id", in: 1...Int.max)
            parameters.require("purpose", purpose != nil)
            try parameters.finish()
            return try await answered(context) { principal in
                try await verifications.pool.transaction { connection in
                    _ = try await verifications.start(
                        purpose ?? .newProfile, doctorID: doctor.map { Int64($0) }, by: principal, on: connection)
                }
            }
        }
        router.post("/verification/facts") { request, context in try await saveFacts(request, context) }
        router.post("/verification/documents") { request, context in try await takeDocument(request, context) }
        router.post("/verification/submission") { request, context in
            let id = try await id(of: request, context)
            return try await answered(context) { principal in
                try await verifications.pool.transaction { _ = try await verifications.submit(id, by: principal, on: $0) }
            }
        }
        router.post("/verification/withdrawal") { request, context in
            let id = try await id(of: request, context)
            return try await answered(context) { principal in
                try await verifications.pool.transaction { _ = try await verifications.withdraw(id, by: principal, on: $0) }
            }
        }
    }

    private func saveFacts(_ request: Request, _ context: AppRequestContext) async throws -> Response {
        var parameters = try await RequestParameters(form: request, context: context)
        var sent = parameters
        var typed: VerificationForm.Typed = [:]
        for name in VerificationForm.names { typed[name] = sent.string(name, maxBytes: 2_000).map { [$0] } }
        for name in ["specialties", "languages", "schemes"] { typed[name] = sent.strings(name, maxCount: 50, maxBytes: 480) }
        let id = parameters.string("id", maxBytes: 36).flatMap { UUID(uuidString: $0) }
        let words = try await VocabularyStore(database: verifications.pool).load()
        return try await answered(context, typed: typed) { principal in
            let facts = try VerificationFacts(&parameters, words)
            try await verifications.pool.transaction { connection in
                guard let id else { throw VerificationRefusal.noSuchVerification }
                _ = try await verifications.setFacts(facts, of: id, ifVersion: nil, by: principal, on: connection)
            }
        }
    }

    private func takeDocument(_ request: Request, _ context: AppRequestContext) async throws -> Response {
        let form = try await UploadForm(request, context: context, fileField: "file", maxFileBytes: DocumentType.mostBytes)
        guard let id = form.fields["id"].flatMap({ UUID(uuidString: $0) }),
            let kind = form.fields["kind"].flatMap({ VerificationDocument.Kind(rawValue: $0) })
        else { throw Problem(.noSuchVerification) }
        return try await answered(context) { principal in
            do {
                try await refusing { try await verifications.relay(form.file, as: kind, of: id, by: principal) }
            } catch let problem as Problem where problem.status == .unprocessableContent {
                // the form has one field for size and type: the file's
                throw Problem(
                    problem.status, code: problem.code, title: problem.title, detail: problem.detail,
                    errors: problem.errors.map { FieldError(kind.rawValue, code: $0.code, detail: $0.detail) })
            }
        }
    }

    private func id(of request: Request, _ context: AppRequestContext) async throws -> UUID {
        var parameters = try await RequestParameters(form: request, context: context)
        let id = parameters.string("id", maxBytes: 36).flatMap { UUID(uuidString: $0) }
        parameters.require("id", id != nil)
        try parameters.finish()
        guard let id else { preconditionFailure("what is missing was complained about") }
        return id
    }

    /// Back to the page once something is done; the page again with what is wrong where it was not.
    private func answered(
        _ context: AppRequestContext, typed: VerificationForm.Typed? = nil, _ body: (Principal) async throws -> Void
    ) async throws -> Response {
        do {
            try await refusing { try await body(context.requirePrincipal()) }
            return Response(status: .seeOther, headers: [.location: Self.address, .cacheControl: "no-store"])
        } catch let problem as Problem where [.badRequest, .conflict, .unprocessableContent].contains(problem.status) {
            return try await page(context, problem: problem, typed: typed)
        }
    }

    private func page(
        _ context: AppRequestContext, doctorID: Int64? = nil, problem: Problem? = nil, typed: VerificationForm.Typed? = nil
    ) async throws -> Response {
        let store = VerificationStore(database: verifications.pool)
        let doctors = DoctorStore(database: verifications.pool)
        let cases = try await store.verifications(accountID: context.requirePrincipal().accountID, limit: VerificationRoutes.mostListed)
        let claimed: DoctorProfile? = if let doctorID { try await doctors.profile(doctorID: doctorID) } else { nil }
        let token = context.formToken
        var page = VerificationPage(cases, claimed: claimed, takesDocuments: verifications.bucket != nil, problem: problem, token: token)
        if let draft = cases.first(where: { $0.state == .draft }) {
            let errors = Dictionary((problem?.errors ?? []).map { ($0.field, $0.detail) }, uniquingKeysWith: { first, _ in first })
            let words = VerificationForm.Words(
                specialties: try await doctors.specialties(), languages: try await doctors.languages(), schemes: try await doctors.schemes()
            )
            page.form = VerificationForm(
                draft, typed: typed ?? VerificationForm.typed(draft.facts), words: words,
                cardEnds: VerificationRules.cardEnds(shownOn: verifications.today),
                errors: errors, token: token)
            if let facts = draft.facts {
                page.documents = VerificationPage.documents(
                    draft, facts, try await store.documents(of: draft.id), errors: errors, token: token)
                page.submission = VerificationPage.Step(id: draft.id.text, token: token)
            }
        }
        return pages.render(
            "verification", title: problem == nil ? page.heading : "Error: \(page.heading)", status: problem?.status ?? .ok,
            headers: .personal, model: page)
    }
}

extension VerificationPage {
    /// A field for each document that is asked for, with what is there.
    static func documents(
        _ draft: Verification, _ facts: VerificationFacts, _ sent: [VerificationDocument], errors: [String: String], token: String?
    ) -> [Document] {
        VerificationRules.requiredDocuments(draft.purpose, facts.category).map { kind in
            let isThere = sent.contains { $0.kind == kind && $0.entityTag != nil }
            return Document(
                id: draft.id.text, kind: kind.rawValue, name: kind.name, lowerName: kind.name.lowercased(),
                status: isThere ? "We have it. Send another file to replace it." : "Not sent yet.", error: errors[kind.rawValue],
                token: token)
        }
    }
}
