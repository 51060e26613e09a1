import Domain
import Foundation
import Web

/// What the queue of reviewers may print.
struct QueuePage {
    struct Row {
        let id: String
        let name: String
        let purpose: String
        let number: String
        let since: String
        let state: String
    }
    let rows: [Row]
    let hasRows: Bool
    let isEmpty: Bool

    /// - Parameter reviewers: what those are called who have taken a case.
    init(_ waiting: [Verification], reviewers: [UUID: String]) {
        rows = waiting.map { verification in
            Row(
                id: verification.id.text, name: verification.facts?.displayName ?? "", purpose: verification.purpose.words,
                number: verification.facts?.hpcsaNumber.text ?? "", since: verification.submittedAt.map(LocalTime.spoken) ?? "",
                state: verification.reviewerID.map { "Taken by \(reviewers[$0] ?? "another reviewer")" } ?? "Waits")
        }
        hasRows = !rows.isEmpty
        isEmpty = rows.isEmpty
    }
}

/// What a reviewer's page of one case may print.
struct ReviewPage {
    struct Fact {
        let label: String
        let said: String
        let shown: String
        let differs: Bool
    }
    struct Document {
        let caseID: String
        let id: String
        let name: String
        let detail: String
    }
    struct Mistake {
        let title: String
        let detail: String
    }
    struct Step {
        let id: String
        let version: Int
        let token: String?
    }
    struct Decision {
        let id: String
        let version: Int
        let token: String?
        let isVerified: Bool
        let isRejected: Bool
        let reasons: [VerificationForm.Choice]
        let note: String
    }
    let name: String
    let lead: String
    let state: String
    let mistake: Mistake?
    let facts: [Fact]
    let documents: [Document]
    var taking: Step?
    var release: Step?
    var decision: Decision?

    /// What a reviewer typed that could not be taken.
    struct Typed {
        var decision: String?
        var reason: String?
        var note: String?
    }

    /// - Parameters:
    ///   - shown: the profile as it is today.
    ///   - reviewer: what the one is called who has it.
    init(
        _ verification: Verification, _ documents: [VerificationDocument], shown: DoctorProfile?, reader: Principal, reviewer: String?,
        problem: Problem?, typed: Typed, token: String?
    ) {
        name = verification.facts?.displayName ?? "A case"
        lead = "\(verification.purpose.words), handed in \(verification.submittedAt.map(LocalTime.spoken) ?? "")"
        mistake = problem.map { Mistake(title: $0.title, detail: $0.detail ?? "") }
        facts = verification.facts.map { Self.facts($0, shown) } ?? []
        self.documents = documents.map {
            Document(
                caseID: verification.id.text, id: $0.id.text, name: $0.kind.name,
                detail: "\($0.type.fileExtension.uppercased()), \(max(1, $0.sizeBytes / 1024)) kB")
        }
        let isMine = verification.reviewerID == reader.accountID
        state = Self.state(verification, isMine: isMine, reviewer: reviewer)
        let step = Step(id: verification.id.text, version: verification.version, token: token)
        if verification.state == .submitted { taking = step }
        guard verification.state == .inReview else { return }
        release = step
        guard isMine else { return }
        decision = Decision(
            id: step.id, version: step.version, token: token, isVerified: typed.decision == "verified",
            isRejected: typed.decision == "rejected",
            reasons: Verification.Reason.allCases.map { .init(code: $0.rawValue, text: $0.text, isChosen: $0.rawValue == typed.reason) },
            note: typed.note ?? "")
    }

    private static func state(_ verification: Verification, isMine: Bool, reviewer: String?) -> String {
        switch verification.state {
        case .submitted: return "Nobody has taken it."
        case .inReview:
            let since = verification.takenAt.map { " since \(LocalTime.spoken($0))" } ?? ""
            return isMine ? "You have it\(since)." : "Taken by \(reviewer ?? "another reviewer")\(since)."
        default: return "The case is \(verification.state.words)."
        }
    }

    private static func facts(_ said: VerificationFacts, _ shown: DoctorProfile?) -> [Fact] {
        func fact(_ label: String, _ said: String?, _ shown: String?) -> Fact {
            Fact(label: label, said: said ?? "–", shown: shown ?? "–", differs: shown != nil && shown != said)
        }
        let practice = said.practice.map { "\($0.name), \($0.address), \($0.city), \($0.province)" }
        return [
            fact("Name", said.displayName, shown?.displayName), fact("HPCSA number", said.hpcsaNumber.text, shown?.hpcsaNumber),
            fact("Category", said.category.name, nil), fact("Card valid until", said.cardValidUntil.spoken, nil),
            fact("Specialties", said.specialties.joined(separator: ", "), shown?.specialties.map(\.slug).joined(separator: ", ")),
            fact("Languages", said.languages.joined(separator: ", "), shown?.languages.map(\.slug).joined(separator: ", ")),
            fact("Medical aids", said.schemes.joined(separator: ", "), shown?.schemes.map(\.slug).joined(separator: ", ")),
            fact("New practice", practice, nil),
        ]
    }
}

extension Verification.Purpose {
    /// As people read it.
    var words: String {
        switch self {
        case .claim: "Claims a listed profile"
        case .newProfile: "New profile"
        case .change: "Change of a verified profile"
        case .renewal: "New practising card"
        }
    }
}
