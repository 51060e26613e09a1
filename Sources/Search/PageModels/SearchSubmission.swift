import Domain
import Web

/// What a search form or a filter form sent.
struct SearchSubmission {
    /// The words of the box.
    let words: String?
    /// The place as typed.
    let placeText: String?
    /// The place whose full name stood in the box when the form was shown.
    private let shownPlace: String?
    /// Everything else.
    let kept: ResultsAddress

    /// Reads a form; what is wrong is named in one 400.
    init(form parameters: inout RequestParameters, terminology: Terminology) throws(Problem) {
        words = parameters.string("q", maxBytes: 500)
        placeText = parameters.string("place", maxBytes: 200)
        shownPlace = parameters.string("at", maxBytes: 100)
        kept = ResultsAddress(codes: &parameters, terminology: terminology)
        try parameters.finish()
    }

    /// The address that answers this form; `nil` when nobody knows the place.
    ///
    /// What the words say now wins over filters from before; a place in the words wins over an unchanged place box.
    func address(
        interpreter: QueryInterpreter, dependencies: SearchFeature.Dependencies, sealing: SealedText
    ) throws -> ResultsAddress? {
        var address = kept
        let understood = words.map(interpreter.interpret) ?? Understanding()
        let shown = shownPlace.flatMap(dependencies.place).flatMap { $0.label == placeText ? $0.slug : nil }
        if let placeText, shown == nil {
            guard let place = dependencies.suggestPlaces(placeText, 1).first else { return nil }
            address.place = place.slug
        } else {
            address.place = understood.place ?? shown
        }
        address.add(understood)
        if !understood.words.isEmpty {
            address.sealedWords = try sealing.seal(understood.words.joined(separator: " "))
        }
        address.dropWhatNeedsPlace()
        return address
    }
}

extension ResultsAddress {
    fileprivate mutating func add(_ understood: Understanding) {
        specialties += understood.specialties.filter { !specialties.contains($0) }
        if !understood.languages.isEmpty { languages = understood.languages }
        scheme = understood.schemes.first ?? scheme
        gender = understood.gender.flatMap(Gender.init) ?? gender
        telehealth = telehealth || understood.telehealth
        if let days = understood.freeWithinDays { free = days == 0 ? .today : .tomorrow }
        if understood.cheapestFirst { sort = .fee }
    }
}
