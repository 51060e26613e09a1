/// Takes out of a text what tells whose it is, before it goes abroad: names after "my name is", numbers that are no ages or
/// measures, addresses of mail and web, and whole lines of greeting and signing off are left to the reader's judgement.
enum PersonalDetails {
    /// The text with identifying details replaced by `[removed]`. O(bytes).
    static func removed(from text: String) -> String {
        var kept: [Substring] = []
        var dropsNext = 0
        for word in text.split(separator: " ", omittingEmptySubsequences: false) {
            let bare = word.lowercased().filter { $0.isLetter || $0.isNumber || $0 == "@" || $0 == "." }
            if dropsNext > 0, let first = word.first, first.isUppercase || dropsNext == 2 {
                dropsNext -= 1
                kept.append("[removed]")
                continue
            }
            dropsNext = 0
            if isIdentifying(bare, word) {
                kept.append("[removed]")
            } else {
                kept.append(word)
                if endsIntroduction(kept) { dropsNext = 2 }
            }
        }
        return kept.joined(separator: " ")
    }

    private static func isIdentifying(_ bare: String, _ word: Substring) -> Bool {
        if bare.contains("@") || bare.hasPrefix("http") || bare.hasPrefix("www.") { return true }
        // Phone, identity, membership and file numbers; ages, doses and readings are shorter.
        return word.count(where: \.isNumber) >= 6
    }

    private static let titles: Set<String> = ["mr", "mrs", "ms", "miss", "dr", "prof", "named", "called", "surname"]

    private static func endsIntroduction(_ words: [Substring]) -> Bool {
        let last = words.suffix(3).map { $0.lowercased().filter(\.isLetter) }
        guard let word = last.last else { return false }
        if titles.contains(word) { return true }
        return last.suffix(2) == ["name", "is"] || last.suffix(2) == ["name", "s"]
    }
}
