/// Takes out of a text what tells whose it is, before it goes abroad: names after an introduction or a title, addresses of mail and web,
/// and numbers as long as a phone's, an identity's or a membership's. Names without an introduction stay: nothing tells them from other words.
enum PersonalDetails {
    /// The text with identifying details replaced by `[removed]`. O(bytes).
    static func removed(from text: String) -> String {
        var kept: [Substring] = []
        var dropsNext = 0
        // Seven digits and more, in groups or not; ages, doses and readings like 160/110 are shorter.
        for word in text.replacing(/\+?\d(?:[ \-()]?\d){6,}/, with: "[removed]").split(whereSeparator: \.isWhitespace) {
            let bare = word.lowercased().filter { $0.isLetter || $0.isNumber || $0 == "@" || $0 == "." }
            if dropsNext > 0, let first = word.first, first.isUppercase || dropsNext == 2 {
                dropsNext -= 1
                kept.append("[removed]")
                continue
            }
            dropsNext = 0
            if isAddress(bare) {
                kept.append("[removed]")
            } else {
                kept.append(word)
                if endsIntroduction(kept) { dropsNext = 2 }
            }
        }
        return kept.joined(separator: " ")
    }

    private static func isAddress(_ word: String) -> Bool { word.contains("@") || word.hasPrefix("http") || word.hasPrefix("www.") }

    private static let titles: Set<String> = ["mr", "mrs", "ms", "miss", "dr", "prof", "named", "called", "surname"]

    private static func endsIntroduction(_ words: [Substring]) -> Bool {
        let last = words.suffix(3).map { $0.lowercased().filter(\.isLetter) }
        guard let word = last.last else { return false }
        if titles.contains(word) { return true }
        return last.suffix(2) == ["name", "is"] || word == "names"
    }
}
