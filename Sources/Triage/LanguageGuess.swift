/// Which language a text is in, by its most usual words. English is the only one that is read in depth.
struct LanguageGuess: Sendable {
    private let languages: [(code: String, words: Set<String>)]

    init(_ languages: [(String, Set<String>)]) { self.languages = languages.map { (code: $0.0, words: $0.1) } }

    /// The language with the most usual words in the text; English when none has more.
    func guess(_ text: PatientText) -> String {
        let counts = languages.map { language in (language.code, text.tokens.count { language.words.contains($0.word) }) }
        let english = counts.first { $0.0 == "en" }?.1 ?? 0
        let known = text.tokens.count { $0.stem != nil }
        guard let best = counts.max(by: { $0.1 < $1.1 }), best.1 > english else {
            return known * 3 >= text.tokens.count ? "en" : "und"
        }
        return best.0
    }
}
