import Domain
import Triage
import Web

extension SymptomCheck {
    private enum Gender: String, CaseIterable { case female, male, other }

    /// Reads and checks a request's parameters; what is wrong is named in one 400.
    /// - Parameter terminology: refuses codes that do not exist; `nil` while nothing is known of them.
    init(
        _ parameters: inout RequestParameters, terminology: Terminology?, placeExists: (String) -> Bool
    ) throws(Problem) {
        let text = parameters.string("text", maxBytes: SymptomCheck.maximumTextBytes)
        parameters.require("text", text != nil)
        self.init(text: text ?? "")
        ageYears = parameters.double("age", in: 0...130)
        sex = parameters.enumeration("sex", as: PatientFacts.Sex.self)
        isPregnant = parameters.bool("pregnant")
        language = parameters.string("language", maxBytes: 100)
        if let language, let terminology, terminology.languageName(language) == nil {
            parameters.refuse("language", code: "unknown", detail: "There is no language called \u{201C}\(language)\u{201D}.")
        }
        let near = parameters.coordinate("near")
        (latitude, longitude) = (near?.latitude, near?.longitude)
        place = parameters.string("place", maxBytes: 100)
        if let place, !placeExists(place) {
            parameters.refuse("place", code: "unknown_place", detail: "No place has this slug; see /v1/places.")
        }
        if near != nil, place != nil { parameters.refuse("place", code: "conflict", detail: "Send this or near, not both.") }
        filters.radiusKilometres = parameters.double("radius_km", in: 0.1...2_000)
        if filters.radiusKilometres != nil, near == nil, place == nil {
            parameters.refuse("radius_km", code: "needs_place", detail: "A radius needs near or place.")
        }
        filters.schemes = parameters.known("scheme", "medical scheme") { terminology?.schemes.contains(code: $0) ?? true }
        filters.speaks = parameters.known("speaks", "language") { terminology?.languages.contains(code: $0) ?? true }
        filters.gender = parameters.enumeration("gender", as: Gender.self)?.rawValue
        filters.telehealth = parameters.bool("telehealth")
        filters.maximumFeeCents = parameters.int("max_fee", in: 0...10_000_000)
        allowsModel = parameters.bool("consent_to_model") ?? false
        allowsStorage = parameters.bool("consent_to_storage") ?? false
        try parameters.finish()
    }
}

extension RequestParameters {
    /// A list of codes that must all exist.
    fileprivate mutating func known(_ name: String, _ kind: String, exists: (String) -> Bool) -> [String] {
        let codes = strings(name, maxCount: 20, maxBytes: 100)
        for code in codes where !exists(code) {
            refuse(name, code: "unknown", detail: "There is no \(kind) called \u{201C}\(code)\u{201D}.")
        }
        return codes
    }
}

extension [Terminology.Term] {
    fileprivate func contains(code: String) -> Bool { contains { $0.code == code } }
}
