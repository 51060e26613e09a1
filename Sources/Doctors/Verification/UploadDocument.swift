import CurlClient
import Domain
import Foundation
import Logging
import Postgres
import Web

/// Where a sender puts a file, and until when.
struct DocumentUpload: Sendable {
    let document: VerificationDocument
    let address: String
    let expiresAt: Date
}

extension Verifications {
    /// How long an address works, to send a file or to read one.
    static let addressSeconds = 300

    /// Announces a file and says where to put it. A file of the same kind that was there before is gone.
    /// - Throws: `VerificationRefusal`.
    func offerUpload(
        _ kind: VerificationDocument.Kind, _ type: DocumentType, sizeBytes: Int, of id: UUID, by principal: Principal,
        on connection: PostgresConnection
    ) async throws -> DocumentUpload {
        let bucket = try requireBucket()
        let document = newDocument(kind, type, sizeBytes: sizeBytes, of: id)
        try await keep(document, by: principal, on: connection)
        let address = bucket.uploadAddress(document.objectKey, type, sizeBytes: sizeBytes, at: now(), secondsValid: Self.addressSeconds)
        return DocumentUpload(document: document, address: address, expiresAt: now() + Double(Self.addressSeconds))
    }

    /// Looks at what was put there: its size, and by its first bytes what it is. Nothing a sender says is believed.
    /// - Throws: `VerificationRefusal`; 503 while the store cannot be reached.
    func check(_ documentID: UUID, of id: UUID, by principal: Principal) async throws -> VerificationDocument {
        let bucket = try requireBucket()
        _ = try await own(id, principal, on: pool)
        guard let document = try await VerificationStore(database: pool).document(documentID, of: id) else {
            throw VerificationRefusal.noSuchDocument
        }
        let tag = try await reached {
            guard let object = try await bucket.object(document.objectKey) else { throw VerificationRefusal.documentNotThere }
            guard object.sizeBytes == document.sizeBytes else { throw VerificationRefusal.documentTooLarge }
            let bytes = try await bucket.firstBytes(document.objectKey, of: object)
            guard DocumentType(firstBytes: bytes) == document.type else { throw VerificationRefusal.documentWrongType }
            return object.entityTag
        }
        try await pool.transaction { connection in
            let verification = try await own(id, principal, locks: true, on: connection)
            guard verification.state == .draft else { throw VerificationRefusal.wrongState(verification.state) }
            try await VerificationStore(database: connection).setChecked(documentID, entityTag: tag)
        }
        return VerificationDocument(
            id: document.id, verificationID: id, kind: document.kind, type: document.type, sizeBytes: document.sizeBytes,
            objectKey: document.objectKey, entityTag: tag)
    }

    /// Takes a file through this server, for browsers without scripts.
    /// - Throws: `VerificationRefusal`; 503 while the store cannot be reached.
    func relay(_ bytes: [UInt8], as kind: VerificationDocument.Kind, of id: UUID, by principal: Principal) async throws {
        let bucket = try requireBucket()
        guard (1...DocumentType.mostBytes).contains(bytes.count) else { throw VerificationRefusal.documentTooLarge }
        guard let type = DocumentType(firstBytes: bytes) else { throw VerificationRefusal.documentWrongType }
        let verification = try await own(id, principal, on: pool)
        guard verification.state == .draft else { throw VerificationRefusal.wrongState(verification.state) }
        let document = newDocument(kind, type, sizeBytes: bytes.count, of: id)
        try await reached { try await bucket.put(bytes, type, at: document.objectKey) }
        try await pool.transaction { try await keep(document, by: principal, on: $0) }
        _ = try await check(document.id, of: id, by: principal)
    }

    /// An address where a reviewer can read a document for five minutes; written down.
    /// - Throws: `VerificationRefusal`; 503 while the store cannot be reached.
    func view(_ documentID: UUID, of id: UUID, _ context: AppRequestContext) async throws -> DocumentUpload {
        let bucket = try requireBucket()
        let store = VerificationStore(database: pool)
        guard try await store.verification(id)?.submittedAt != nil else { throw VerificationRefusal.noSuchVerification }
        guard let document = try await store.document(documentID, of: id), let tag = document.entityTag else {
            throw VerificationRefusal.noSuchDocument
        }
        try await reached {
            guard try await bucket.object(document.objectKey)?.entityTag == tag else { throw VerificationRefusal.documentChanged }
        }
        try await pool.transaction { try await audit(context, "document-read", id, on: $0) }
        let address = bucket.downloadAddress(
            document.objectKey, document.type, name: document.kind.rawValue, at: now(), secondsValid: Self.addressSeconds)
        return DocumentUpload(document: document, address: address, expiresAt: now() + Double(Self.addressSeconds))
    }

    private func newDocument(_ kind: VerificationDocument.Kind, _ type: DocumentType, sizeBytes: Int, of id: UUID) -> VerificationDocument {
        let key = SignatureV4.hexadecimal((0..<32).map { _ in UInt8.random(in: .min ... .max) })
        return VerificationDocument(
            id: .timeOrdered(at: now()), verificationID: id, kind: kind, type: type, sizeBytes: sizeBytes,
            objectKey: "verifications/\(key)",
            entityTag: nil)
    }

    private func keep(_ document: VerificationDocument, by principal: Principal, on connection: PostgresConnection) async throws {
        let verification = try await own(document.verificationID, principal, locks: true, on: connection)
        guard verification.state == .draft else { throw VerificationRefusal.wrongState(verification.state) }
        try await VerificationStore(database: connection).replace(document)
    }

    /// - Throws: 503 where the store does not answer as it should.
    private func reached<Answer>(_ ask: () async throws -> Answer) async throws -> Answer {
        do {
            return try await ask()
        } catch let error where error is CurlError || error is DocumentBucketError {
            logger.warning("the document store cannot be used", metadata: ["error": "\(error)"])
            throw Problem.unavailable(retryAfterSeconds: 30, detail: "Documents cannot be reached just now.")
        }
    }
}
