import Domain
import Web

/// What a doctor's own page of verification may print.
struct VerificationPage {
    struct Mistake {
        let field: String
        let name: String
        let detail: String
    }
    struct Notice {
        let level: String
        let title: String
        let lines: [String]
    }
    /// Something that can be begun.
    struct Start {
        let purpose: String
        let doctorID: String?
        let text: String
        let button: String
        let token: String?
    }
    struct Document {
        let id: String
        let kind: String
        let name: String
        let lowerName: String
        let status: String
        let error: String?
        let token: String?
    }
    struct Step {
        let id: String
        let token: String?
    }
    let heading = "Your doctor profile"
    let lead: String
    let mistakes: [Mistake]
    var notice: Notice?
    var starts: [Start] = []
    var form: VerificationForm?
    var documents: [Document] = []
    var submission: Step?
    var withdrawal: Step?

    /// - Parameters:
    ///   - cases: of the account, the latest first.
    ///   - claimed: the profile that the account has come from.
    ///   - problem: what was wrong with what was sent just now.
    init(_ cases: [Verification], claimed: DoctorProfile?, takesDocuments: Bool, problem: Problem?, token: String?) {
        let open = cases.first { [.draft, .submitted, .inReview].contains($0.state) }
        let standing = cases.first { [.verified, .expired].contains($0.state) }
        lead = Self.lead(open, standing)
        mistakes = Self.mistakes(problem)
        notice = takesDocuments ? Self.notice(cases.first, standing) : Self.closed
        if let open {
            if [.draft, .submitted].contains(open.state) { withdrawal = Step(id: open.id.text, token: token) }
        } else {
            starts = Self.starts(standing, claimed, token)
        }
    }

    private static let closed = Notice(
        level: "urgent", title: "Documents cannot be taken here yet",
        lines: ["This site has no store for documents, so nobody can be verified today."])

    private static func lead(_ open: Verification?, _ standing: Verification?) -> String {
        switch (open?.state, standing?.state) {
        case (.draft, _): "Say who you are, show it, and hand it in. We check it before it shows."
        case (.submitted, _): "We have what you sent. A person will check it."
        case (.inReview, _): "A person is checking what you sent."
        case (_, .verified): "You are verified, and patients can book you."
        case (_, .expired): "Your practising card has run out, so patients cannot book you."
        default: "Patients can book you here once we have checked your registration."
        }
    }

    /// The last word of a reviewer, or how long one holds.
    private static func notice(_ latest: Verification?, _ standing: Verification?) -> Notice? {
        if let latest, latest.state == .rejected {
            let lines = [latest.reason.map(\.text), latest.note].compactMap(\.self)
            return Notice(level: "urgent", title: "We could not verify what you sent", lines: lines)
        }
        guard let standing, let facts = standing.facts else { return nil }
        let end = facts.cardValidUntil.spoken
        return standing.state == .verified
            ? Notice(level: "done", title: "Verified", lines: ["Valid until \(end). Send your new card before then."])
            : Notice(level: "urgent", title: "Not bookable since \(end)", lines: ["Send your new practising card."])
    }

    private static func starts(_ standing: Verification?, _ claimed: DoctorProfile?, _ token: String?) -> [Start] {
        if let standing {
            let renewal = Start(
                purpose: "renewal", doctorID: nil, text: "You have a new practising card.", button: "Send a new card", token: token)
            let change = Start(
                purpose: "change", doctorID: nil,
                text: "Your name, number, specialty or practice is another one. Your profile stays as it is until we have checked it.",
                button: "Ask for a change", token: token)
            return standing.state == .expired ? [renewal] : [change, renewal]
        }
        let new = Start(
            purpose: "new_profile", doctorID: nil,
            text: "You are not listed yet. Look for yourself first: a profile that is there can be claimed from its page.",
            button: "Create a profile", token: token)
        guard let claimed else { return [new] }
        return [
            Start(
                purpose: "claim", doctorID: String(claimed.doctorID), text: "You are \(claimed.displayName), and the profile is yours.",
                button: "Claim this profile", token: token)
        ]
    }

    private static func mistakes(_ problem: Problem?) -> [Mistake] {
        guard let problem else { return [] }
        guard !problem.errors.isEmpty else { return [Mistake(field: "main", name: problem.title, detail: problem.detail ?? "")] }
        return problem.errors.map { Mistake(field: Self.places[$0.field] ?? $0.field, name: words($0.field), detail: $0.detail) }
    }

    /// Where complaints lead whose field the page has not, or calls otherwise.
    private static let places = ["documents": "registration_card", "doctor_id": "main"]

    /// `card_valid_until` as `Card valid until`.
    private static func words(_ field: String) -> String {
        let words = field.replacing("_", with: " ").replacing("hpcsa", with: "HPCSA")
        return words.prefix(1).uppercased() + words.dropFirst()
    }
}

extension Verification.Reason {
    /// For the doctor.
    var text: String {
        switch self {
        case .notOnRegister: "We did not find this number in the register of HPCSA."
        case .categoryNotAccepted: "This category may not practise alone."
        case .identityMismatch: "The documents do not name the same person."
        case .documentUnreadable: "A document cannot be read."
        case .documentMissing: "A document is missing."
        case .cardExpired: "The practising card has run out."
        case .specialtyNotRegistered: "The register does not have this specialty for you."
        case .other: "See what the reviewer says."
        }
    }
}
