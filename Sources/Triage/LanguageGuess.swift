/// Which language words are in, by the most usual ones. English is the only one that is read in depth.
struct LanguageGuess: Sendable {
    private let languages: [(code: String, words: Set<String>)]

    init(_ languages: [(String, Set<String>)]) { self.languages = languages.map { (code: $0.0, words: $0.1) } }

    /// The language with the most usual words among these; English when none has more; `nil` when there is none of any.
    func guess(_ words: [String]) -> String? {
        let counts = languages.map { language in (language.code, words.count(where: language.words.contains)) }
        let english = counts.first { $0.0 == "en" }?.1 ?? 0
        guard let best = counts.max(by: { $0.1 < $1.1 }), best.1 > 0 else { return nil }
        return best.1 > english ? best.0 : "en"
    }
}
