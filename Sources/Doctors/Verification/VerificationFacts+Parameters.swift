import Domain
import Foundation
import Web

extension VerificationFacts {
    /// Reads facts from JSON or a form; every complaint names its field. Ends with `finish`.
    /// - Throws: 400.
    init(_ parameters: inout RequestParameters, _ vocabularies: Vocabularies) throws(Problem) {
        var check = RowCheck()
        let title = check.line(parameters.string("title", maxBytes: 160), "title", longest: 40)
        let firstNames = check.line(parameters.string("first_names", maxBytes: 240), "first_names", longest: 60)
        let surname = check.line(parameters.string("surname", maxBytes: 320), "surname", longest: 80)
        let written = parameters.string("hpcsa_number", maxBytes: 40)
        let number = written.flatMap { HPCSANumber($0) }
        if written != nil, number == nil { check.refuse("hpcsa_number", "must be \(HPCSANumber.form)") }
        let category = parameters.enumeration("category", as: PractisingCategory.self)
        let cardEnd = parameters.string("card_valid_until", maxBytes: 10)
        let card = cardEnd.flatMap { LocalDay($0) }.flatMap { ($0.civil.month, $0.civil.day) == (3, 31) ? $0 : nil }
        if cardEnd != nil, card == nil { check.refuse("card_valid_until", "must be a 31 March, for example 2027-03-31") }
        let specialties = Self.words("specialties", most: 5, vocabularies.specialties, &parameters, &check)
        let languages = Self.words("languages", most: 20, vocabularies.languages, &parameters, &check)
        let schemes = Self.words("schemes", most: 20, vocabularies.schemes, &parameters, &check)
        let practice = Practice(&parameters, &check)
        for (field, isPresent) in [
            ("first_names", firstNames != nil), ("surname", surname != nil), ("hpcsa_number", written != nil),
            ("category", category != nil),
            ("card_valid_until", cardEnd != nil), ("specialties", !specialties.isEmpty),
        ] where !isPresent { check.require(field) }
        for problem in check.problems {
            if problem.reason == RowCheck.missing {
                parameters.require(problem.field ?? "", false)
            } else {
                parameters.refuse(problem.field ?? "", code: "not_allowed", detail: "This \(problem.reason).")
            }
        }
        try parameters.finish()
        guard let firstNames, let surname, let number, let category, let card else {
            preconditionFailure("what is missing was complained about")
        }
        self.init(
            title: title, firstNames: firstNames, surname: surname, hpcsaNumber: number, category: category, cardValidUntil: card,
            specialties: specialties, languages: languages, schemes: schemes, practice: practice)
    }

    /// Slugs or codes of words, by any name the vocabulary knows, once each.
    private static func words(
        _ field: String, most: Int, _ vocabulary: Vocabulary, _ parameters: inout RequestParameters, _ check: inout RowCheck
    ) -> [String] {
        var slugs: [String] = []
        for word in parameters.strings(field, maxCount: most, maxBytes: 480) {
            guard let slug = vocabulary.term(for: word)?.slug else {
                check.refuse(field, "holds a word that is not known")
                continue
            }
            if !slugs.contains(slug) { slugs.append(slug) }
        }
        return slugs
    }
}

extension VerificationFacts.Practice {
    /// Nil where nothing is said of a practice; a practice without its name, address, town, province and place is complained about.
    fileprivate init?(_ parameters: inout RequestParameters, _ check: inout RowCheck) {
        let name = check.line(parameters.string("practice_name", maxBytes: 800), "practice_name", longest: 200)
        let address = check.text(parameters.string("practice_address", maxBytes: 1200), "practice_address", longest: 300)
        let suburb = check.line(parameters.string("practice_suburb", maxBytes: 480), "practice_suburb", longest: 120)
        let city = check.line(parameters.string("practice_city", maxBytes: 480), "practice_city", longest: 120)
        let province = check.word(parameters.string("practice_province", maxBytes: 40), "practice_province", of: DoctorRules.provinces)
        let postalCode = parameters.string("practice_postal_code", maxBytes: 4)
        if let postalCode, postalCode.wholeMatch(of: /[0-9]{4}/) == nil { check.refuse("practice_postal_code", "must be four digits") }
        let location = parameters.coordinate("practice_location")
        let coordinate = location.flatMap { Coordinate(latitude: $0.latitude, longitude: $0.longitude) }
        let needed: [(String, Bool)] = [
            ("practice_name", name != nil), ("practice_address", address != nil), ("practice_city", city != nil),
            ("practice_province", province != nil), ("practice_location", coordinate != nil),
        ]
        guard needed.contains(where: \.1) || suburb != nil || postalCode != nil else { return nil }
        for (field, isPresent) in needed where !isPresent { check.require(field) }
        guard let name, let address, let city, let province, let coordinate else { return nil }
        self.init(
            name: name, address: address, suburb: suburb, city: city, province: province, postalCode: postalCode, coordinate: coordinate)
    }
}

extension RowCheck {
    fileprivate static let missing = "is required"

    /// Complains that a field is missing, unless something was said about it.
    fileprivate mutating func require(_ field: String) {
        if !problems.contains(where: { $0.field == field }) { refuse(field, Self.missing) }
    }
}
