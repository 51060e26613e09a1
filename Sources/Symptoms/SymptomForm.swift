import Domain
import Foundation
import Triage
import Web

/// What the symptom form shows, and what it sent.
struct SymptomForm {
    struct Sign {
        let value: String
        let label: String
        /// The words that a tick stands for.
        let words: String
        var isChosen = false
    }
    struct Choice {
        let value: String
        let label: String
        let isChosen: Bool
    }
    /// A mistake, by the field it belongs to.
    struct Mistake {
        let field: String
        let name: String
        let detail: String
    }
    let emergencyNumber: String
    private(set) var signs = SymptomForm.allSigns
    private(set) var isNoneChosen = false
    private(set) var text: String?
    private(set) var age: String?
    private(set) var placeText: String?
    private(set) var sexes: [Choice]
    private(set) var isPregnant = false
    private(set) var allowsModel = false
    private(set) var allowsStorage = false
    /// `nil` without one.
    private(set) var mistakes: [Mistake]?
    private(set) var textError: String?
    private(set) var ageError: String?
    private(set) var placeError: String?

    /// The form as it is shown first.
    init(_ lines: [HelpLine]) {
        emergencyNumber = lines.emergencyNumber
        sexes = SymptomForm.sexes(chosen: nil)
    }

    /// Reads a form; only what no form of ours can send is a 400.
    init(_ parameters: inout RequestParameters, lines: [HelpLine]) throws(Problem) {
        self.init(lines)
        let ticked = parameters.strings("sign", maxCount: 20, maxBytes: 40)
        for index in signs.indices { signs[index].isChosen = ticked.contains(signs[index].value) }
        if !ticked.allSatisfy({ value in value == "none" || signs.contains { $0.value == value } }) {
            parameters.refuse("sign", code: "not_allowed", detail: "Each must be a sign of the form.")
        }
        isNoneChosen = ticked.contains("none")
        text = parameters.string("text", maxBytes: SymptomCheck.maximumTextBytes)
        age = parameters.string("age", maxBytes: 40)
        placeText = parameters.string("place", maxBytes: 200)
        let sex = parameters.enumeration("sex", as: PatientFacts.Sex.self)
        sexes = SymptomForm.sexes(chosen: sex)
        isPregnant = parameters.bool("pregnant") ?? false
        allowsModel = parameters.bool("consent_to_model") ?? false
        allowsStorage = parameters.bool("consent_to_storage") ?? false
        try parameters.finish()
    }

    /// What the form asks; `nil` with the mistakes set when it cannot be asked. A ticked danger is asked whatever else is wrong.
    mutating func check(placeLike: (String) -> Place?) -> SymptomCheck? {
        let dangers = signs.filter(\.isChosen)
        let years = age.flatMap { Double($0.replacingOccurrences(of: ",", with: ".")) }
        if text == nil, dangers.isEmpty { textError = "Say in your own words what is wrong." }
        if age != nil, years.map({ !(0...130).contains($0) }) ?? true { ageError = "Write the age in years, for example 34. For a baby write 0." }
        let place = placeText.flatMap(placeLike)
        if placeText != nil, place == nil { placeError = "We do not know this place. Type a suburb, a town or a postal code." }
        let found = [("text", "What is wrong", textError), ("age", "Age", ageError), ("place", "Where", placeError)].compactMap { field, name, detail in
            detail.map { Mistake(field: field, name: name, detail: $0) }
        }
        mistakes = found.isEmpty ? nil : found
        guard found.isEmpty || !dangers.isEmpty else { return nil }
        var check = SymptomCheck(text: text ?? "")
        check.signs = dangers.isEmpty ? nil : dangers.map(\.words).joined(separator: "\n")
        check.ageYears = ageError == nil ? years : nil
        check.sex = sexes.first(where: \.isChosen).flatMap { PatientFacts.Sex(rawValue: $0.value) }
        check.isPregnant = isPregnant ? true : nil
        check.place = place?.slug
        check.allowsModel = allowsModel
        check.allowsStorage = allowsStorage
        return check
    }

    private static func sexes(chosen: PatientFacts.Sex?) -> [Choice] {
        [("female", "Woman or girl"), ("male", "Man or boy"), ("", "I prefer not to say")].map { value, label in
            Choice(value: value, label: label, isChosen: value == chosen?.rawValue ?? "")
        }
    }

    /// Asked before anything else; each is read like a person's own words.
    private static let allSigns = [
        Sign(value: "chest", label: "Strong pain or pressure in the chest", words: "severe chest pain and pressure in my chest now, sweating."),
        Sign(value: "breath", label: "Cannot breathe well", words: "I cannot breathe, severe trouble breathing at rest."),
        Sign(value: "stroke", label: "Face, arm or leg suddenly weak, or cannot speak", words: "Sudden face drooping, arm weakness and slurred speech."),
        Sign(value: "bleeding", label: "Bleeding that does not stop", words: "Severe bleeding that does not stop."),
        Sign(value: "faint", label: "Fainted, fits, or cannot be woken", words: "Unconscious and cannot be woken, having a fit."),
        Sign(value: "pregnant", label: "Pregnant with bleeding or strong pain", words: "I am pregnant with heavy vaginal bleeding and severe belly pain."),
        Sign(value: "baby", label: "Baby or child floppy, blue or not drinking", words: "My baby is limp and floppy, blue and will not feed."),
        Sign(value: "poison", label: "Swallowed poison or too many pills", words: "I swallowed poison and took too many pills, an overdose."),
        Sign(value: "self-harm", label: "Thinking about ending my life", words: "I want to end my life and kill myself."),
        Sign(value: "violence", label: "Someone hurts me or forces me", words: "My partner is beating me and I was raped."),
    ]
}
