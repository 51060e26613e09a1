import Triage

/// Every sentence that is said about urgency: fixed, in plain words, no reassurance, no treatment. The model writes none of it.
enum Wording {
    static let disclaimer = "This is not a diagnosis. If you feel worse or are worried, get help, whatever this page says."

    /// One line: what to do first.
    static func action(_ answer: TriageAssessment, emergencyNumber: String) -> String {
        switch (answer.urgency, answer.leadingPath) {
        case (.emergency, .selfHarm): "Please talk to someone now. In danger, call \(emergencyNumber)."
        case (.emergency, .abuse): "Get to safety. In danger now, call \(emergencyNumber) or the police."
        case (.emergency, .poisoning): "Call \(emergencyNumber) or the poison line now."
        case (.emergency, nil): "Emergency: call \(emergencyNumber) now"
        case (.sameDay, _): "See someone today"
        case (.routine, _): answer.isUnderstood ? "Book a visit" : "Talk to a nurse or a general practitioner"
        case (.selfCare, _): "A pharmacist or a nurse can help first"
        }
    }

    /// What else to do, in order.
    static func steps(_ answer: TriageAssessment) -> [String] {
        switch (answer.urgency, answer.leadingPath) {
        case (.emergency, .selfHarm):
            [
                "Call one of the lines below. They are free or cheap, and open day and night.",
                "Stay with someone you trust until you feel safe.", "If you are hurt, or took something, call an ambulance.",
            ]
        case (.emergency, .abuse):
            [
                "What happened is not your fault.", "Call one of the lines below. They keep what you say private.",
                "After rape, go to a hospital within 72 hours. Medicine there can prevent HIV and pregnancy.",
            ]
        case (.emergency, .poisoning):
            [
                "Say what was taken, how much and when. Keep the packet.", "Do not make anyone vomit.",
                "If someone is drowsy, fits or struggles to breathe, call an ambulance.",
            ]
        case (.emergency, nil):
            [
                "Say where you are and what you see.", "Do not drive yourself. Let someone stay with you.",
                "If no ambulance can come, go to the nearest hospital with emergency care.",
            ]
        case (.sameDay, nil):
            ["Go to a clinic, a doctor or a hospital today.", "If it gets worse, or something new comes, call an ambulance."]
        case (.sameDay, _):
            ["Call one of the lines below today. You can talk about anything.", "You can also see a doctor or a clinic today."]
        case (.routine, _):
            answer.isUnderstood
                ? ["Choose a doctor below.", "If it gets worse, see someone the same day."]
                : [
                    "We could not understand enough of your words.", "A nurse at a clinic or a general practitioner will listen and help.",
                    "If it is severe or sudden, go to a hospital or call an ambulance.",
                ]
        case (.selfCare, _): ["Ask at a pharmacy or a clinic.", "If it does not get better in a few days, see a doctor."]
        }
    }

    /// The kind of line that fits; emergency numbers come with every answer that is urgent.
    static func lines(for answer: TriageAssessment, from all: [HelpLine]) -> [HelpLine] {
        let uses: [HelpLine.Use] = answer.paths.map {
            switch $0 {
            case .selfHarm: .selfHarm
            case .abuse: .abuse
            case .poisoning: .poisoning
            }
        }
        let special = uses.flatMap { use in all.filter { $0.uses.contains(use) } }
        let emergency = answer.urgency >= .sameDay ? all.filter { $0.uses.contains(.emergency) } : []
        let nurse = answer.isUnderstood ? [] : all.filter { $0.uses.contains(.nurse) }
        let ordered = answer.leadingPath == .poisoning || answer.leadingPath == nil ? emergency + special : special + emergency
        return (ordered + nurse).reduce(into: []) { lines, line in if !lines.contains(line) { lines.append(line) } }
    }
}
