import Domain
import Foundation
import Web

/// Cases as the API writes them: every name always there, null where nothing is known.
enum VerificationJSON {
    /// - Parameter principal: who reads it.
    static func write(
        _ verification: Verification, _ documents: [VerificationDocument], for principal: Principal, to json: inout JSONWriter
    ) {
        json.object {
            $0.member("id", verification.id.text)
            $0.member("version", verification.version)
            $0.member("purpose", verification.purpose.rawValue)
            $0.member("state", verification.state.rawValue)
            $0.optional("doctor_id", verification.doctorID.map { String($0) })
            $0.key("facts")
            if let facts = verification.facts { write(facts, to: &$0) } else { $0.null() }
            $0.key("documents")
            $0.array { for document in documents { write(document, to: &$0) } }
            $0.key("required_documents")
            let required = verification.facts.map { VerificationRules.requiredDocuments(verification.purpose, $0.category) } ?? []
            $0.array { for kind in required { $0.string(kind.rawValue) } }
            $0.optional("submitted_at", verification.submittedAt.map(LocalTime.text))
            $0.optional("taken_at", verification.takenAt.map(LocalTime.text))
            $0.member("taken_by_you", verification.reviewerID == principal.accountID)
            $0.optional("decided_at", verification.decidedAt.map(LocalTime.text))
            $0.optional("reason", verification.reason?.rawValue)
            $0.optional("note", verification.note)
            $0.member("created_at", LocalTime.text(verification.createdAt))
            $0.member("updated_at", LocalTime.text(verification.updatedAt))
        }
    }

    static func write(_ document: VerificationDocument, to json: inout JSONWriter) {
        json.object { members(of: document, to: &$0) }
    }

    /// A document, and how to send it.
    static func write(_ upload: DocumentUpload, to json: inout JSONWriter) {
        json.object {
            members(of: upload.document, to: &$0)
            $0.key("upload")
            $0.object {
                $0.member("method", "PUT")
                $0.member("url", upload.address)
                $0.key("headers")
                $0.object {
                    $0.member("Content-Type", upload.document.type.rawValue)
                    $0.member("Content-Length", String(upload.document.sizeBytes))
                }
                $0.member("expires_at", LocalTime.text(upload.expiresAt))
            }
        }
    }

    /// A document, and where to read it.
    static func writeView(_ view: DocumentUpload, to json: inout JSONWriter) {
        json.object {
            members(of: view.document, to: &$0)
            $0.member("url", view.address)
            $0.member("url_expires_at", LocalTime.text(view.expiresAt))
        }
    }

    private static func members(of document: VerificationDocument, to json: inout JSONWriter) {
        json.member("id", document.id.text)
        json.member("kind", document.kind.rawValue)
        json.member("content_type", document.type.rawValue)
        json.member("size_bytes", document.sizeBytes)
        json.member("checked", document.entityTag != nil)
    }

    private static func write(_ facts: VerificationFacts, to json: inout JSONWriter) {
        json.object {
            $0.optional("title", facts.title)
            $0.member("first_names", facts.firstNames)
            $0.member("surname", facts.surname)
            $0.member("hpcsa_number", facts.hpcsaNumber.text)
            $0.member("category", facts.category.rawValue)
            $0.member("card_valid_until", facts.cardValidUntil.description)
            for (name, words) in [("specialties", facts.specialties), ("languages", facts.languages), ("schemes", facts.schemes)] {
                $0.key(escaping: name)
                $0.array { for word in words { $0.string(word) } }
            }
            let practice = facts.practice
            $0.optional("practice_name", practice?.name)
            $0.optional("practice_address", practice?.address)
            $0.optional("practice_suburb", practice?.suburb)
            $0.optional("practice_city", practice?.city)
            $0.optional("practice_province", practice?.province)
            $0.optional("practice_postal_code", practice?.postalCode)
            $0.key("practice_location")
            guard let practice else { return $0.null() }
            $0.object {
                $0.key("lat")
                $0.double(practice.coordinate.latitude)
                $0.key("lon")
                $0.double(practice.coordinate.longitude)
            }
        }
    }
}
