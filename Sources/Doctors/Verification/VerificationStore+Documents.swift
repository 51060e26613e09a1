import Foundation
import Postgres

extension VerificationStore {
    /// A case's documents.
    func documents(of id: UUID) async throws -> [VerificationDocument] {
        try await database.query("SELECT * FROM verification_documents WHERE verification_id = \(id) ORDER BY kind").map(
            VerificationDocument.init)
    }

    func document(_ id: UUID, of verificationID: UUID) async throws -> VerificationDocument? {
        try await database.query("SELECT * FROM verification_documents WHERE document_id = \(id) AND verification_id = \(verificationID)")
            .first.map(VerificationDocument.init)
    }

    /// Keeps one document of a kind; the object of the one before is abandoned.
    func replace(_ document: VerificationDocument) async throws {
        try await database.query(
            """
            WITH old AS (
                DELETE FROM verification_documents WHERE verification_id = \(document.verificationID) AND kind = \(document.kind) RETURNING object_key)
            INSERT INTO abandoned_documents (object_key) SELECT object_key FROM old
            """)
        try await database.query(
            """
            INSERT INTO verification_documents (document_id, verification_id, kind, content_type, size_bytes, object_key)
            VALUES (\(document.id), \(document.verificationID), \(document.kind), \(document.type), \(Int32(document.sizeBytes)), \(document.objectKey))
            """)
    }

    /// Says that an object was found to be right.
    func setChecked(_ id: UUID, entityTag: String) async throws {
        try await database.query("UPDATE verification_documents SET entity_tag = \(entityTag) WHERE document_id = \(id)")
    }

    /// Abandons the documents of cases that ended so long ago without standing.
    func abandonDocuments(endedBefore: Date) async throws {
        try await database.query(
            """
            WITH old AS (
                DELETE FROM verification_documents d USING doctor_verifications v
                WHERE v.verification_id = d.verification_id AND v.state IN ('rejected', 'withdrawn', 'replaced') AND v.updated_at < \(endedBefore)
                RETURNING object_key)
            INSERT INTO abandoned_documents (object_key) SELECT object_key FROM old
            """)
    }

    /// Keys of objects to delete: abandoned so long ago that nobody can send them any more.
    func abandonedKeys(before: Date, limit: Int) async throws -> [String] {
        try await database.query(
            "SELECT object_key FROM abandoned_documents WHERE abandoned_at < \(before) ORDER BY abandoned_at LIMIT \(limit)"
        )
        .map { try $0.decode("object_key") }
    }

    func forget(_ objectKey: String) async throws {
        try await database.query("DELETE FROM abandoned_documents WHERE object_key = \(objectKey)")
    }
}

extension VerificationDocument {
    fileprivate init(_ row: PostgresRow) throws {
        self.init(
            id: try row.decode("document_id"), verificationID: try row.decode("verification_id"), kind: try row.decode("kind"),
            type: try row.decode("content_type"), sizeBytes: Int(try row.decode("size_bytes", as: Int32.self)),
            objectKey: try row.decode("object_key"), entityTag: try row.decode("entity_tag"))
    }
}
