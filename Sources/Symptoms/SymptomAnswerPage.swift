import Domain
import Triage

/// What the answer page may print.
struct SymptomAnswerPage {
    struct Line {
        let number: String
        let dialled: String
        let name: String
    }
    struct Care {
        let name: String
        let detail: String
        let address: String
    }
    struct Kind {
        let name: String
        let address: String
        /// `because you wrote: “burning”, “pee”`
        let why: String?
    }
    struct Question {
        let id: String
        let text: String
        let options: [Clarification.Option]
        let check: String
        let error: String?
    }
    let heading: String
    /// CSS class of the care card.
    let level: String
    let steps: [String]
    let lines: [Line]?
    let care: [Care]?
    let careTitle: String
    /// What was seen that makes it urgent.
    let reasons: [String]?
    let kinds: [Kind]?
    let doctors: [any Sendable]?
    let allDoctors: String?
    let question: Question?
    let asksForPlace: Bool
    let disclaimer = Wording.disclaimer
    let decided: String
    let kept: String?

    init(_ answer: SymptomAnswer, lines all: [HelpLine], terminology: Terminology, place: Place?, questionError: String?) {
        let assessment = answer.assessment
        heading = Wording.action(assessment, emergencyNumber: all.emergencyNumber)
        level = assessment.urgency == .emergency ? "emergency" : assessment.urgency == .sameDay ? "urgent" : "routine"
        steps = Wording.steps(assessment)
        let fitting = Wording.lines(for: assessment, from: all)
        lines = fitting.isEmpty ? nil : fitting.map { Line(number: $0.number, dialled: $0.dialled, name: $0.name) }
        care = answer.care.isEmpty ? nil : answer.care.map { place in
            Care(
                name: place.name, detail: "\(place.category), \(SymptomAnswerPage.distance(place.distanceMetres)) away",
                address: "https://www.openstreetmap.org/?mlat=\(place.coordinate.latitude)&mlon=\(place.coordinate.longitude)#map=15/\(place.coordinate.latitude)/\(place.coordinate.longitude)")
        }
        careTitle = assessment.urgency == .emergency ? "Nearest hospitals with emergency care" : "Nearest clinics"
        reasons = assessment.flags.isEmpty ? nil : assessment.flags.map { flag in
            flag.evidence.isEmpty ? flag.title : "\(flag.title). You wrote: \(flag.evidence.map { "“\($0)”" }.joined(separator: ", "))"
        }
        let isEmergency = assessment.urgency == .emergency
        kinds = isEmergency ? nil : assessment.specialties.compactMap { ranked in
            terminology.specialty(ranked.specialty).map { specialty in
                Kind(
                    name: specialty.practitioner,
                    address: "/doctors?specialty=\(ranked.specialty)" + (place.map { "&place=\($0.slug)" } ?? ""),
                    why: ranked.evidence.isEmpty ? nil : "because you wrote: \(ranked.evidence.map { "“\($0)”" }.joined(separator: ", "))")
            }
        }
        doctors = answer.doctors.flatMap { $0.cards.isEmpty ? nil : $0.cards }
        allDoctors = answer.doctors?.address
        question = answer.question.map { Question(id: $0.id, text: $0.text, options: $0.options, check: answer.id, error: questionError) }
        asksForPlace = place == nil && answer.check.coordinate == nil
        let rules = assessment.flags.map { "\($0.id) \($0.version)" }.joined(separator: ", ")
        decided = switch answer.decider {
        case .rules: "Decided by rules \(rules), data \(assessment.version)."
        case .offline: "Decided by our own rules and word lists, data \(assessment.version)."
        case .model(let name): "Decided by our own rules with help of the model \(name), data \(assessment.version)."
        }
        kept = answer.keptUntil.map { "Your words are kept until \(LocalTime.spoken($0)). You allowed this." }
    }

    private static func distance(_ metres: Double) -> String {
        metres < 950 ? "\(Int((metres / 50).rounded()) * 50) m" : "\((metres / 100).rounded() / 10) km"
    }
}
