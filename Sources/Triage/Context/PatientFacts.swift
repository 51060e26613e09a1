/// Whom a text is about, as far as it says so.
public struct PatientFacts: Sendable, Equatable {
    public enum Sex: String, Sendable, CaseIterable, Codable { case female, male }
    /// In years, with a fraction for babies.
    public var ageYears: Double?
    public var sex: Sex?
    public var isPregnant: Bool?

    public init(ageYears: Double? = nil, sex: Sex? = nil, isPregnant: Bool? = nil) {
        self.ageYears = ageYears
        self.sex = sex
        self.isPregnant = isPregnant
    }

    /// What a form said, and what the words say where it said nothing.
    func completed(by words: PatientFacts) -> PatientFacts {
        PatientFacts(ageYears: ageYears ?? words.ageYears, sex: sex ?? words.sex, isPregnant: isPregnant ?? words.isPregnant)
    }
}

/// Reads age, sex and pregnancy from a text.
enum FactsReader {
    static func facts(of text: PatientText, context: TextContext) -> PatientFacts {
        PatientFacts(ageYears: age(text), sex: sex(text), isPregnant: isPregnant(text, context))
    }

    private static let units: [String: Double] = [
        "year": 1, "years": 1, "yr": 1, "yrs": 1, "y": 1, "yo": 1, "month": 1 / 12.0, "months": 1 / 12.0, "mnth": 1 / 12.0, "mo": 1 / 12.0,
        "week": 7 / 365.0, "weeks": 7 / 365.0, "wk": 7 / 365.0, "wks": 7 / 365.0, "day": 1 / 365.0, "days": 1 / 365.0,
    ]
    private static let relatives: Set<String> = [
        "son", "daughter", "baby", "child", "kid", "toddler", "infant", "boy", "girl", "newborn", "mother", "father", "mom", "mum", "dad",
        "wife", "husband", "brother", "sister", "grandson", "granddaughter", "grandmother", "grandfather", "granny", "friend", "nephew",
        "niece", "girlfriend", "boyfriend", "aunt", "aunty", "uncle", "gogo", "oupa", "ouma", "grandpa", "grandma", "neighbour", "colleague", "partner",
    ]
    private static let children: Set<String> = [
        "baby", "infant", "newborn", "toddler", "kid", "child",
    ]

    /// The age of the person the text is about: of a relative who has one, else the first.
    private static func age(_ text: PatientText) -> Double? {
        var first: Double?
        for (index, token) in text.tokens.enumerated() {
            guard let years = age(at: index, token.word, text) else { continue }
            let near = max(0, index - 5)...min(text.tokens.count - 1, index + 4)
            if near.contains(where: { relatives.contains(text.tokens[$0].word) && text.tokens[$0].sentence == token.sentence }) { return years }
            first = first ?? years
        }
        if let first { return first }
        guard let child = text.tokens.first(where: { children.contains($0.word) }) else { return nil }
        switch child.word {
        case "newborn": return 0.02
        case "baby", "infant": return isAboutUnborn(text) ? nil : 0.5
        case "toddler": return 2
        default: return 6
        }
    }

    private static func isAboutUnborn(_ text: PatientText) -> Bool {
        text.tokens.contains { ["pregnant", "pregnancy", "trimester", "unborn", "fetus", "foetus", "conceive", "womb", "want", "planning"].contains($0.word) }
    }

    /// "34 year old", "34 yrs", "aged 34", "34f", "34 m", "i am 34"; never "34 years ago".
    private static func age(at index: Int, _ word: String, _ text: PatientText) -> Double? {
        func neighbour(_ offset: Int) -> String { text.tokens.indices.contains(index + offset) ? text.tokens[index + offset].word : "" }
        let digits = word.prefix { $0.isNumber }
        guard let number = Double(digits), number < 121 else { return nil }
        let rest = String(word.dropFirst(digits.count))
        if !rest.isEmpty {
            // "103f" is a fever and "5m" a height.
            if ["yo", "yof", "yom"].contains(rest) || ["m", "f"].contains(rest) && (14..<100).contains(number) { return number }
            if let unit = units[rest], ["old", "boy", "girl", "male", "female"].contains(neighbour(1)) { return number * unit }
            return nil
        }
        if let unit = units[neighbour(1)] {
            if neighbour(2) == "old" || neighbour(2) == "of" && neighbour(3) == "age" || neighbour(1) == "yo" { return number * unit }
            if ["male", "female", "boy", "girl", "man", "woman", "lady", "child", "baby", "son", "daughter"].contains(neighbour(2)) { return number * unit }
            if neighbour(2) == "o" { return number * unit }
            if neighbour(-1) == "aged" || neighbour(-1) == "age" { return number * unit }
            return nil
        }
        let before = neighbour(-1)
        if before == "aged" || before == "age" || before == "is" && neighbour(-2) == "age" { return number }
        if before == "im" || before == "am" && neighbour(-2) == "i" || (before == "is" && ["he", "she"].contains(neighbour(-2))) {
            // "I am 12 weeks pregnant" and "I am 80 kg" are no ages.
            let after = text.tokens.indices.contains(index + 1) ? text.tokens[index + 1] : nil
            if after == nil || after?.sentence != text.tokens[index].sentence || after?.followsComma == true || ["and", "years", "male", "female", "with", "f", "m"].contains(neighbour(1)) {
                return number >= 1 ? number : nil
            }
        }
        if ["male", "female", "m", "f", "man", "woman"].contains(neighbour(1)), number >= 1 { return number }
        // "my son, 21, fell"
        let next = text.tokens.indices.contains(index + 1) ? text.tokens[index + 1] : nil
        if relatives.contains(before), number >= 1, next == nil || next?.followsComma == true || next?.isFiller == true { return number }
        return nil
    }

    private static let female: Set<String> = ["woman", "female", "girl", "wife", "mother", "mom", "mum", "daughter", "sister", "she", "her", "lady", "girlfriend", "granny", "grandmother", "aunt", "niece", "pregnant"]
    private static let male: Set<String> = ["man", "male", "boy", "husband", "father", "dad", "son", "brother", "he", "him", "his", "boyfriend", "grandfather", "uncle", "nephew"]

    /// Only where all words agree.
    private static func sex(_ text: PatientText) -> PatientFacts.Sex? {
        let words = Set(text.tokens.map(\.word))
        switch (words.isDisjoint(with: female), words.isDisjoint(with: male)) {
        case (false, true): return .female
        case (true, false): return .male
        default: return nil
        }
    }

    private static let wishes: Set<String> = [
        "get", "getting", "become", "becoming", "trying", "try", "want", "prevent", "avoid", "before", "after", "risk", "chance", "chances",
        "could", "can", "if", "not", "never", "test", "might", "may", "possibility", "possible", "since", "last", "first", "previous",
        "during", "post", "plan", "planning", "was", "when", "worried", "scared", "think", "maybe", "whether", "got", "be",
    ]

    private static func isPregnant(_ text: PatientText, _ context: TextContext) -> Bool? {
        for (index, token) in text.tokens.enumerated() where ["pregnant", "pregnancy", "preggers", "trimester"].contains(token.word) {
            guard context.isPresent(index) else { continue }
            let before = (max(0, index - 4)..<index).filter { text.tokens[$0].sentence == token.sentence }.map { text.tokens[$0].word }
            let weeks = before.contains { ["weeks", "week", "months", "month", "wks", "wk"].contains($0) }
            if weeks || before.allSatisfy({ !wishes.contains($0) }) && token.word != "pregnancy" { return true }
        }
        return nil
    }
}
