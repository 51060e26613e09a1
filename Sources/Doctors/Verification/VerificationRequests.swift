import Foundation
import HTTPTypes
import Hummingbird
import Web

extension VerificationDecision {
    /// Reads a decision from JSON or a form; a rejection needs its reason and words for the doctor. Ends with `finish`.
    /// - Throws: 400.
    init(_ parameters: inout RequestParameters) throws(Problem) {
        let decision = parameters.enumeration("decision", as: Kind.self)
        let reason = parameters.enumeration("reason", as: Verification.Reason.self)
        var check = RowCheck()
        let note = check.text(parameters.string("note", maxBytes: 4_000), "note", longest: 1_000)
        for problem in check.problems { parameters.refuse("note", code: "not_allowed", detail: "This \(problem.reason).") }
        parameters.require("decision", decision != nil)
        for (field, isThere) in [("reason", reason != nil), ("note", note != nil)] {
            if decision == .rejected { parameters.require(field, isThere) }
            if decision == .verified, isThere { parameters.refuse(field, code: "not_allowed", detail: "This goes with a rejection only.") }
        }
        try parameters.finish()
        self = if decision == .rejected, let reason, let note { .rejected(reason, note: note) } else { .verified }
    }

    private enum Kind: String, CaseIterable { case verified, rejected }
}

extension AppRequestContext {
    /// - Throws: 404, as for ids nobody has.
    func verificationID() throws(Problem) -> UUID {
        guard let id = parameters.get("id").flatMap({ UUID(uuidString: $0) }) else { throw Problem(.noSuchVerification) }
        return id
    }

    /// - Throws: 404, as for ids nobody has.
    func documentID() throws(Problem) -> UUID {
        guard let id = parameters.get("document_id").flatMap({ UUID(uuidString: $0) }) else { throw Problem(.noSuchDocument) }
        return id
    }
}

extension HTTPFields {
    /// For one person, kept nowhere.
    static var personal: HTTPFields { [.cacheControl: "private, no-store"] }
}

/// A refusal as the problem it is.
func refusing<Value>(_ body: () async throws -> Value) async throws -> Value {
    do { return try await body() } catch let refusal as VerificationRefusal { throw Problem(refusal) }
}
