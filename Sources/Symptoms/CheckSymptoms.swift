import Domain
import Foundation
import HTTPTypes
import Logging
import Triage
import Web

/// What a check comes to.
struct SymptomAnswer: Sendable {
    let check: SymptomCheck
    /// The check, sealed: what the client goes on with.
    let id: String
    let assessment: TriageAssessment
    let decider: Decider
    /// Nearest hospitals in an emergency, nearest clinics when somebody should be seen today.
    let care: [CarePlace]
    /// `nil` in an emergency: nobody books then.
    let doctors: FoundDoctors?
    let question: Clarification?
    /// Until when the words are kept; `nil` when they are not.
    let keptUntil: Date?
}

extension SymptomsFeature {
    /// What a check comes to, as of now.
    func answer(_ check: SymptomCheck) async throws -> SymptomAnswer {
        var (assessment, decider) = await assessor.assess(
            words(of: check), facts: check.facts, asked: Set(check.replies.map(\.question)),
            mayAskModel: { check.allowsModel ? await hasRecordedConsent(check) : false })
        if let signs = check.signs {
            assessment = assessment.raised(by: assessor.triage.assess(signs))
            if assessment.urgency == .emergency { decider = .rules }
        }
        assessment.urgency = max(assessment.urgency, check.leastUrgency ?? assessment.urgency)
        assessment.specialties = assessment.specialties.map { $0.quoting(check.text) }
        let canAsk = assessment.urgency != .emergency && check.replies.count < SymptomCheck.maximumTurns
        let question = canAsk ? assessment.question : nil
        var next = check
        (next.asked, next.leastUrgency) = (question?.id, assessment.urgency)
        return SymptomAnswer(
            check: check, id: try next.sealed(sealing), assessment: assessment, decider: decider,
            care: care(for: assessment.urgency, check), doctors: try? doctors(for: assessment, check),
            question: question, keptUntil: await keep(check))
    }

    /// The person's own words and what their answers add.
    private func words(of check: SymptomCheck) -> String {
        let added = check.replies.compactMap { reply in
            assessor.triage.clarification(reply.question)?.options.first { $0.id == reply.option }?.adds
        }
        return ([check.text] + added).joined(separator: "\n")
    }

    /// Where the check is, as far as it says.
    private func coordinate(of check: SymptomCheck) -> Coordinate? {
        check.coordinate ?? check.place.flatMap(dependencies.place)?.coordinate
    }

    private func care(for urgency: Urgency, _ check: SymptomCheck) -> [CarePlace] {
        guard urgency >= .sameDay, let near = coordinate(of: check) else { return [] }
        return dependencies.careNearby(CareWish(near: near, isEmergency: urgency == .emergency, limit: 3))
    }

    private func doctors(for assessment: TriageAssessment, _ check: SymptomCheck) throws -> FoundDoctors? {
        guard assessment.urgency != .emergency else { return nil }
        // Of what is not first only what is likely: one list for a guess would bury the right doctor.
        let best = assessment.specialties.first?.confidence ?? 0
        let specialties = assessment.specialties.filter { $0.confidence >= best / 3 }.map(\.specialty)
        return try dependencies.doctors(
            DoctorWish(
                specialties: specialties.isEmpty ? assessment.specialties.map(\.specialty) : specialties, filters: check.filters,
                near: check.coordinate, place: check.place, soonestFirst: assessment.urgency == .sameDay, limit: 5))
    }

    /// A consent that cannot be recorded is none.
    private func hasRecordedConsent(_ check: SymptomCheck) async -> Bool {
        do {
            return try await store.recordConsent(.model, of: check.number)
        } catch {
            logger.warning("a consent could not be recorded; the model is not asked", metadata: ["error": "\(error)"])
            return false
        }
    }

    /// An answer does not wait for storage to be well: what could not be kept is said not to be.
    private func keep(_ check: SymptomCheck) async -> Date? {
        guard check.allowsStorage else { return nil }
        do { return try await store.keep(check) } catch {
            logger.warning("a symptom check could not be kept", metadata: ["error": "\(error)"])
            return nil
        }
    }

    /// The check behind an id.
    /// - Throws: 404 for an id that is none of ours.
    func check(_ id: String) throws(Problem) -> SymptomCheck {
        guard let check = SymptomCheck.open(id, sealing) else {
            throw .notFound("No symptom check has this id. Ids end when the server's secret changes; start a new check.")
        }
        return check
    }

    /// The check with one more answer.
    /// - Throws: 409 when it may not go on, or for an answer to something that is not asked.
    func replied(_ check: SymptomCheck, question: String, option: String) throws(Problem) -> SymptomCheck {
        guard check.replies.count < SymptomCheck.maximumTurns else { throw .conversationEnded }
        guard question == check.asked, let known = assessor.triage.clarification(question) else { throw .unknownAnswer("question") }
        guard known.options.contains(where: { $0.id == option }) else { throw .unknownAnswer("answer") }
        var check = check
        check.replies.append(SymptomCheck.Reply(question: question, option: option))
        return check
    }
}

extension RankedSpecialty {
    /// With only the evidence that stands in a text: what an answer to a question added is not the person's own words.
    fileprivate func quoting(_ text: String) -> RankedSpecialty {
        RankedSpecialty(specialty: specialty, confidence: confidence, evidence: evidence.filter { text.range(of: $0, options: .caseInsensitive) != nil })
    }
}

extension Problem {
    fileprivate static var conversationEnded: Problem {
        Problem(
            .conflict, code: "symptoms.conversation_ended", title: "There is nothing more to ask",
            detail: "This check has had all its questions. Start a new one if something changed.")
    }

    fileprivate static func unknownAnswer(_ field: String) -> Problem {
        Problem(
            .conflict, code: "symptoms.unknown_answer", title: "This was not asked",
            detail: "Send the id of the question and of one of its options.",
            errors: [FieldError(field, code: "unknown", detail: "This is not known here.")])
    }
}
