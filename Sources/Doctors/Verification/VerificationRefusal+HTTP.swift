import Domain
import HTTPTypes
import Web

extension Problem {
    /// A refusal as the API says it.
    init(_ refusal: VerificationRefusal) {
        switch refusal {
        case .noSuchVerification:
            self = .verification(.notFound, "not_found", "No such verification", "There is no verification of yours with this id.")
        case .noSuchDocument:
            self = .verification(.notFound, "document_not_found", "No such document", "This verification has no document with this id.")
        case .noSuchDoctor:
            self = .verification(.notFound, "doctor_not_found", "No such doctor", "No listed doctor has this id.", field: "doctor_id")
        case .sampleDoctor:
            self = .verification(
                .conflict, "sample_doctor", "This doctor is made up", "Nobody can claim a made-up doctor.", field: "doctor_id")
        case .accountHasOpenCase:
            self = .verification(
                .conflict, "already_open", "A verification is under way",
                "Your account has a verification under way. Finish or withdraw it first.")
        case .accountHasProfile:
            self = .verification(
                .conflict, "has_profile", "Your account has a profile", "Ask for a change or a renewal of the profile you have.")
        case .doctorHasOpenCase:
            self = .verification(
                .conflict, "doctor_claimed", "Somebody claims this profile",
                "A claim of this profile is under way. Write to us if it is yours.")
        case .doctorTaken:
            self = .verification(
                .conflict, "doctor_taken", "This profile belongs to an account",
                "The profile is managed by its doctor. Write to us if that is you.")
        case .noProfile:
            self = .verification(.conflict, "no_profile", "There is no profile to change", "Claim your profile or create one first.")
        case .wrongState(let state):
            self = .verification(
                .conflict, "wrong_state", "The verification's state does not allow this", "The verification is \(state.words).")
        case .factsMissing:
            self = .verification(
                .conflict, "facts_missing", "Something is missing", "Say who you are first: name, registration, specialties.")
        case .categoryNotAccepted:
            self = .refused(
                "category_not_accepted", "This category cannot be verified",
                "Only independent practice, specialists and sub-specialists may practise alone.", field: "category")
        case .cardEnd(let days):
            let ends = days.map(\.spoken).joined(separator: " or ")
            self = .refused(
                "card_end", "The card has another end", "A practising card that you show today ends on \(ends).", field: "card_valid_until")
        case .titleNeeds(let category, let specialty):
            self = .refused(
                "title_needs_register", "This title needs another category",
                "\(specialty) needs the category \(category.name.lowercased()).", field: "specialties")
        case .registerWithoutTitle:
            self = .refused(
                "register_without_title", "A specialist names a specialty", "Choose the specialty or sub-specialty you are registered for.",
                field: "specialties")
        case .renewalChangesFacts:
            self = .refused(
                "renewal_changes_facts", "A renewal changes the card alone", "Ask for a change to say something else.",
                field: "card_valid_until")
        case .practiceMissing:
            self = .refused(
                "practice_missing", "A practice is needed", "A new profile has a practice, with its address and place.",
                field: "practice_name")
        case .documentsMissing(let kinds):
            let names = kinds.map(\.rawValue).joined(separator: ", ")
            self = .refused(
                "documents_missing", "Documents are missing", "Upload these, and have each checked: \(names).", field: "documents")
        case .documentsNotTaken:
            self = Problem(
                .serviceUnavailable, code: "verification.documents_not_taken", title: "Documents cannot be taken here",
                detail: "This site has no store for documents yet, so nobody can be verified. Try again another day.",
                headers: [.retryAfter: "86400"])
        case .documentNotThere:
            self = .verification(.conflict, "document_not_there", "The file has not arrived", "Send the file to the upload address first.")
        case .documentTooLarge:
            self = .refused(
                "document_size", "The file has another size", "Send a file of at most 10 MB, as large as you said.", field: "size_bytes")
        case .documentWrongType:
            self = .refused(
                "document_type", "The file is of another kind", "Send a PDF, JPEG or PNG file, of the kind you said.", field: "content_type"
            )
        case .documentChanged:
            self = .verification(
                .conflict, "document_changed", "The file is another one",
                "It is not the file that was checked. Reject the case, or ask for it again.")
        case .numberTaken:
            self = .verification(
                .conflict, "number_taken", "Another profile has this number",
                "A listed doctor has this HPCSA number. Claim that profile, or write to us.", field: "hpcsa_number")
        case .versionChanged:
            self = Problem(
                .preconditionFailed, code: "request.version_changed", title: "It was changed meanwhile",
                detail: "Read it again, then decide.")
        case .takenByAnother:
            self = .verification(.conflict, "taken", "Another reviewer has it", "Another reviewer is deciding this. Take the next one.")
        case .ownCase: self = .verification(.conflict, "own_case", "This is your own", "Nobody decides about themselves.")
        case .cardOver:
            self = .verification(
                .conflict, "card_over", "The card ran out", "The practising card is no longer valid. Reject the case for that.")
        case .doctorNotListed:
            self = .verification(
                .conflict, "doctor_not_listed", "The profile is not listed",
                "The profile was suspended or removed. Reject the case, or restore the profile.")
        }
    }

    private static func verification(_ status: HTTPResponse.Status, _ code: String, _ title: String, _ detail: String, field: String? = nil)
        -> Problem
    {
        Problem(
            status, code: "verification.\(code)", title: title, detail: detail,
            errors: field.map { [FieldError($0, code: code, detail: detail)] } ?? [])
    }

    private static func refused(_ code: String, _ title: String, _ detail: String, field: String) -> Problem {
        verification(.unprocessableContent, code, title, detail, field: field)
    }
}

extension Verification.State {
    /// For sentences: `in review`.
    var words: String { rawValue.replacing("_", with: " ") }
}
