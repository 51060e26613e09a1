import Domain
import Foundation
import Triage
import Web

/// What somebody told us, from the first words to the last answer. It travels sealed inside the check's id, so nothing is kept here
/// and any server can go on with it.
struct SymptomCheck: Codable, Sendable, Equatable {
    struct Reply: Codable, Sendable, Equatable {
        let question: String
        let option: String
    }
    /// Names what is kept, if anything is.
    var number = UUID()
    var text: String
    var ageYears: Double?
    var sex: PatientFacts.Sex?
    var isPregnant: Bool?
    /// What the person says the words are in.
    var language: String?
    var latitude: Double?
    var longitude: Double?
    var place: String?
    var filters = CheckFilters()
    /// Whether the words may be sent abroad to a model.
    var allowsModel = false
    /// Whether the words may be kept.
    var allowsStorage = false
    var replies: [Reply] = []
    /// Words that ticked dangers stand for; judged by themselves, so that nothing else weakens them.
    var signs: String?
    /// The question that is open.
    var asked: String?
    /// What an earlier turn raised urgency to.
    var leastUrgency: Urgency?

    /// Questions are asked at most so often; a conversation that does not end helps nobody.
    static let maximumTurns = 4
    static let maximumTextBytes = 4_000

    var facts: PatientFacts { PatientFacts(ageYears: ageYears, sex: sex, isPregnant: isPregnant) }
    var coordinate: Coordinate? {
        guard let latitude, let longitude else { return nil }
        return Coordinate(latitude: latitude, longitude: longitude)
    }

    func sealed(_ sealing: SealedText) throws -> String {
        try sealing.seal(String(decoding: JSONEncoder().encode(self), as: UTF8.self))
    }

    /// `nil` for an id that is none of ours.
    static func open(_ id: String, _ sealing: SealedText) -> SymptomCheck? {
        guard let text = sealing.open(id) else { return nil }
        return try? JSONDecoder().decode(SymptomCheck.self, from: Data(text.utf8))
    }
}

/// What the doctors must offer.
public struct CheckFilters: Codable, Sendable, Equatable {
    public var radiusKilometres: Double?
    /// Slugs, any of.
    public var schemes: [String] = []
    /// Codes of languages the doctor speaks, any of.
    public var speaks: [String] = []
    public var gender: String?
    public var telehealth: Bool?
    public var maximumFeeCents: Int?
}
