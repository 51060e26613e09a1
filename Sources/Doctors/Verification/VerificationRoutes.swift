import Domain
import Foundation
import HTTPTypes
import Hummingbird
import Idempotency
import NIOCore
import Postgres
import Web

/// `/v1/verifications`: a doctor's own cases, and the reviewers' work on them.
struct VerificationRoutes: Sendable {
    let verifications: Verifications
    let writes: IdempotentWrites
    let cursors: CursorSigner

    /// An account has few cases: a list of them is one page.
    static let mostListed = 100

    func add(to router: Router<AppRequestContext>) {
        addOwn(to: router)
        addDocuments(to: router)
        addReview(to: router)
    }

    private func addOwn(to router: Router<AppRequestContext>) {
        router.get("/v1/verifications") { request, context in try await list(request, context) }
        router.post("/v1/verifications") { request, context in
            try await write(request, context) { parameters in
                let purpose = parameters.enumeration("purpose", as: Verification.Purpose.self)
                let doctor = parameters.string("doctor_id", maxBytes: 19)
                parameters.require("purpose", purpose != nil)
                parameters.require("doctor_id", doctor != nil || purpose != .claim)
                if doctor != nil, purpose != nil, purpose != .claim {
                    parameters.refuse("doctor_id", code: "not_allowed", detail: "Only a claim names a profile.")
                }
                let doctorID = doctor.flatMap { Int64($0) }
                if doctor != nil, doctorID ?? 0 < 1 {
                    parameters.refuse("doctor_id", code: "wrong_type", detail: "A doctor's id is a whole number.")
                }
                return { principal, connection in
                    let started = try await verifications.start(purpose ?? .claim, doctorID: doctorID, by: principal, on: connection)
                    return try await answer(started, principal, connection, status: .created)
                }
            }
        }
        router.get("/v1/verifications/:id") { request, context in try await one(request, context) }
        router.put("/v1/verifications/:id") { request, context in
            let id = try context.verificationID()
            let version = try request.ifMatchVersion()
            let words = try await VocabularyStore(database: verifications.pool).load()
            return try await write(request, context) { parameters in
                let facts = try VerificationFacts(&parameters, words)
                return { principal, connection in
                    let changed = try await verifications.setFacts(facts, of: id, ifVersion: version, by: principal, on: connection)
                    return try await answer(changed, principal, connection)
                }
            }
        }
        router.post("/v1/verifications/:id/submission") { request, context in
            let id = try context.verificationID()
            return try await write(request, context) { _ in
                { principal, connection in
                    try await answer(verifications.submit(id, by: principal, on: connection), principal, connection)
                }
            }
        }
        router.post("/v1/verifications/:id/withdrawal") { request, context in
            let id = try context.verificationID()
            return try await write(request, context) { _ in
                { principal, connection in
                    try await answer(verifications.withdraw(id, by: principal, on: connection), principal, connection)
                }
            }
        }
    }

    private func addDocuments(to router: Router<AppRequestContext>) {
        router.post("/v1/verifications/:id/documents") { request, context in
            let id = try context.verificationID()
            return try await write(request, context) { parameters in
                let kind = parameters.enumeration("kind", as: VerificationDocument.Kind.self)
                let type = parameters.enumeration("content_type", as: DocumentType.self)
                let size = parameters.int("size_bytes", in: 1...DocumentType.mostBytes)
                for (field, isPresent) in [("kind", kind != nil), ("content_type", type != nil), ("size_bytes", size != nil)] {
                    parameters.require(field, isPresent)
                }
                try parameters.finish()
                guard let kind, let type, let size else { preconditionFailure("what is missing was complained about") }
                return { principal, connection in
                    let upload = try await verifications.offerUpload(kind, type, sizeBytes: size, of: id, by: principal, on: connection)
                    var json = JSONWriter()
                    VerificationJSON.write(upload, to: &json)
                    return WriteAnswer(json, status: .created)
                }
            }
        }
        router.post("/v1/verifications/:id/documents/:document_id/check") { request, context in
            let (id, document) = (try context.verificationID(), try context.documentID())
            try RequestParameters(query: request).finish()
            let checked = try await refusing { try await verifications.check(document, of: id, by: context.requirePrincipal()) }
            var json = JSONWriter()
            VerificationJSON.write(checked, to: &json)
            return Response.json(json, headers: .personal)
        }
        router.get("/v1/verifications/:id/documents/:document_id") { request, context in
            let (id, document) = (try context.verificationID(), try context.documentID())
            try RequestParameters(query: request).finish()
            let view = try await refusing { try await verifications.view(document, of: id, context) }
            var json = JSONWriter()
            VerificationJSON.writeView(view, to: &json)
            return Response.json(json, headers: .personal)
        }
    }

    private func addReview(to router: Router<AppRequestContext>) {
        router.get("/v1/verification-queue") { request, context in try await queue(request, context) }
        router.post("/v1/verifications/:id/review") { request, context in
            let (id, version) = (try context.verificationID(), try request.requireIfMatchVersion())
            return try await write(request, context) { _ in
                { principal, connection in
                    try await answer(verifications.take(id, ifVersion: version, context, on: connection), principal, connection)
                }
            }
        }
        router.delete("/v1/verifications/:id/review") { request, context in
            let (id, version) = (try context.verificationID(), try request.requireIfMatchVersion())
            return try await write(request, context) { _ in
                { principal, connection in
                    try await answer(verifications.release(id, ifVersion: version, context, on: connection), principal, connection)
                }
            }
        }
        router.post("/v1/verifications/:id/decision") { request, context in
            let (id, version) = (try context.verificationID(), try request.requireIfMatchVersion())
            return try await write(request, context) { parameters in
                let decision = try VerificationDecision(&parameters)
                return { principal, connection in
                    try await answer(
                        verifications.decide(decision, on: id, ifVersion: version, context, on: connection), principal, connection)
                }
            }
        }
    }
}
