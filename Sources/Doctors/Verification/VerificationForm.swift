import Domain
import Web

/// The form in which somebody says who they are; what a template may print.
struct VerificationForm {
    struct Field {
        let id: String
        let name: String
        let label: String
        var hint: String?
        var autocomplete = "off"
        var list: String?
        var isText = true
        var isArea = false
        var options: [Choice] = []
        let value: String
        let error: String?
        let describedBy: String?
    }
    struct Choice {
        let code: String
        let text: String
        let isChosen: Bool
    }
    let id: String
    let token: String?
    let fields: [Field]
    let specialties: [String]
    let languages: [Choice]
    let schemes: [Choice]

    /// The words a form offers.
    struct Words: Sendable {
        let specialties: [DoctorProfile.Word]
        let languages: [DoctorProfile.Word]
        let schemes: [DoctorProfile.Word]
    }

    /// What was typed, by name: what the account has said, or what it sent just now and could not be taken.
    typealias Typed = [String: [String]]

    /// The names of everything the form sends beside lists.
    static let names = [
        "title", "first_names", "surname", "hpcsa_number", "category", "card_valid_until", "practice_name", "practice_address",
        "practice_suburb",
        "practice_city", "practice_province", "practice_postal_code", "practice_location",
    ]

    /// - Parameters:
    ///   - cardEnds: the days a card can end on that is shown today.
    ///   - errors: by field.
    init(_ verification: Verification, typed: Typed, words: Words, cardEnds: [LocalDay], errors: [String: String], token: String?) {
        id = verification.id.text
        self.token = token
        specialties = words.specialties.map(\.name)
        func choices(_ words: [DoctorProfile.Word], _ name: String) -> [Choice] {
            words.map { Choice(code: $0.slug, text: $0.name, isChosen: typed[name]?.contains($0.slug) ?? false) }
        }
        languages = choices(words.languages, "languages")
        schemes = choices(words.schemes, "schemes")
        let builder = FieldBuilder(typed: typed, errors: errors)
        let practiceHint = verification.purpose == .newProfile ? nil : "Leave the practice empty to keep the ones you have."
        fields =
            [
                builder.text("title", "Title", hint: "For example Dr. You may leave it out.", autocomplete: "honorific-prefix"),
                builder.text("first_names", "First names", autocomplete: "given-name"),
                builder.text("surname", "Surname", autocomplete: "family-name"),
                builder.text("hpcsa_number", "HPCSA number", hint: "As on your card, for example MP 0123456"),
                builder.select("category", "Category on your card", PractisingCategory.allCases.map { ($0.rawValue, $0.name) }),
                builder.select("card_valid_until", "Your card is valid until", cardEnds.map { ($0.description, $0.spoken) }),
            ]
            + ["First specialty", "Second specialty, if any", "Third specialty, if any"].enumerated().map { index, label in
                builder.specialty(index, label, words.specialties)
            }
            + [
                builder.text("practice_name", "Practice", hint: practiceHint),
                builder.area("practice_address", "Street address of the practice"),
                builder.text("practice_suburb", "Suburb, if any"), builder.text("practice_city", "Town or city"),
                builder.select("practice_province", "Province", DoctorRules.provinces.map { ($0, $0) }),
                builder.text("practice_postal_code", "Postal code, if any"),
                builder.text(
                    "practice_location", "Place on the map",
                    hint: "Latitude and longitude, for example -29.85, 31.02. Your phone's map shows them."),
            ]
    }
}

extension VerificationForm {
    /// What the account has said, as the form would send it.
    static func typed(_ facts: VerificationFacts?) -> Typed {
        guard let facts else { return [:] }
        var typed: Typed = [
            "first_names": [facts.firstNames], "surname": [facts.surname], "hpcsa_number": [facts.hpcsaNumber.text],
            "category": [facts.category.rawValue],
            "card_valid_until": [facts.cardValidUntil.description], "specialties": facts.specialties, "languages": facts.languages,
            "schemes": facts.schemes,
        ]
        typed["title"] = facts.title.map { [$0] }
        guard let practice = facts.practice else { return typed }
        typed["practice_name"] = [practice.name]
        typed["practice_address"] = [practice.address]
        typed["practice_suburb"] = practice.suburb.map { [$0] }
        typed["practice_city"] = [practice.city]
        typed["practice_province"] = [practice.province]
        typed["practice_postal_code"] = practice.postalCode.map { [$0] }
        typed["practice_location"] = ["\(practice.coordinate.latitude), \(practice.coordinate.longitude)"]
        return typed
    }
}

/// Makes fields with what was typed and what is wrong with it.
private struct FieldBuilder {
    let typed: VerificationForm.Typed
    let errors: [String: String]

    func text(_ name: String, _ label: String, hint: String? = nil, autocomplete: String = "off") -> VerificationForm.Field {
        var field = field(name, id: name, label, hint: hint, value: typed[name]?.first)
        field.autocomplete = autocomplete
        return field
    }

    func area(_ name: String, _ label: String) -> VerificationForm.Field {
        var field = field(name, id: name, label, hint: nil, value: typed[name]?.first)
        (field.isText, field.isArea) = (false, true)
        return field
    }

    func select(_ name: String, _ label: String, _ options: [(code: String, text: String)]) -> VerificationForm.Field {
        var field = field(name, id: name, label, hint: nil, value: nil)
        field.isText = false
        field.options = ([("", "Choose one")] + options).map { .init(code: $0.0, text: $0.1, isChosen: typed[name]?.first == $0.0) }
        return field
    }

    /// One of several fields of one name; the first has the id that complaints lead to.
    func specialty(_ index: Int, _ label: String, _ words: [DoctorProfile.Word]) -> VerificationForm.Field {
        let typed = typed["specialties"].flatMap { $0.indices.contains(index) ? $0[index] : nil }
        let name = words.first { $0.slug == typed }?.name ?? typed
        var field = field(
            "specialties", id: index == 0 ? "specialties" : "specialties-\(index + 1)", label, hint: nil, value: name, hasError: index == 0)
        field.list = "specialty-names"
        return field
    }

    private func field(
        _ name: String, id: String, _ label: String, hint: String?, value: String?, hasError: Bool = true
    ) -> VerificationForm.Field {
        let error = hasError ? errors[name] : nil
        let described = [hint.map { _ in "\(id)-hint" }, error.map { _ in "\(id)-error" }].compactMap(\.self)
        return VerificationForm.Field(
            id: id, name: name, label: label, hint: hint, value: value ?? "", error: error,
            describedBy: described.isEmpty ? nil : described.joined(separator: " "))
    }
}
