/// Takes out of a text what tells whose it is, before it goes abroad: names after an introduction or a title, addresses of mail and web,
/// and numbers as long as a phone's, an identity's or a membership's. Names without an introduction stay: nothing tells them from other words.
enum PersonalDetails {
    /// What stands where a detail stood.
    static let placeholder = "[removed]"

    /// The text with identifying details replaced by ``placeholder``. O(bytes).
    static func removed(from text: String) -> String {
        var kept: [Substring] = []
        var dropsNext = 0
        // Seven digits and more, in groups or not; ages, doses and readings like 160/110 are shorter.
        for word in text.replacing(/\+?\d(?:[ \-()]?\d){6,}/, with: placeholder).split(whereSeparator: \.isWhitespace) {
            let bare = word.lowercased().filter { $0.isLetter || $0.isNumber || $0 == "@" || $0 == "." }
            if dropsNext > 0, word.first?.isUppercase == true || dropsNext == 2 && !isTitle(kept.last) {
                dropsNext -= 1
                kept.append(Substring(placeholder))
                continue
            }
            dropsNext = 0
            if isAddress(bare) {
                kept.append(Substring(placeholder))
            } else {
                kept.append(word)
                if endsIntroduction(kept) { dropsNext = 2 }
            }
        }
        return kept.joined(separator: " ")
    }

    private static func isAddress(_ word: String) -> Bool { word.contains("@") || word.hasPrefix("http") || word.hasPrefix("www.") }

    private static let titles: Set<String> = ["mr", "mrs", "ms", "miss", "dr", "prof"]
    private static let introductions: Set<String> = ["named", "called", "surname", "names"]

    /// After a title only a capital starts a name: "I miss my period" has none.
    private static func isTitle(_ word: Substring?) -> Bool { word.map { titles.contains($0.lowercased().filter(\.isLetter)) } ?? false }

    private static func endsIntroduction(_ words: [Substring]) -> Bool {
        let last = words.suffix(3).map { $0.lowercased().filter(\.isLetter) }
        guard let word = last.last else { return false }
        return titles.contains(word) || introductions.contains(word) || last.suffix(2) == ["name", "is"]
    }
}
