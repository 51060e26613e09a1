import Postgres

/// The category HPCSA registers somebody under.
enum PractisingCategory: String, CaseIterable, Sendable, PostgresCodable {
    case student, intern
    case studentIntern = "student_intern"
    case publicService = "public_service"
    case supervisedPractice = "supervised_practice"
    case independentPractice = "independent_practice"
    case privatePractice = "private_practice"
    case specialist
    case subSpecialist = "sub_specialist"
    case education, postgraduate, volunteer

    /// Whether its holder may practise alone; nobody else is verified.
    var mayPractiseAlone: Bool { [.independentPractice, .specialist, .subSpecialist].contains(self) }

    /// As people read it: `Independent practice`.
    var name: String {
        let words = rawValue.replacing("_", with: " ")
        return self == .subSpecialist ? "Sub-specialist" : words.prefix(1).uppercased() + words.dropFirst()
    }
}
