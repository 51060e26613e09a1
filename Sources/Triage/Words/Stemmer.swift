/// Takes English endings off, so that the forms of one word meet: plural, -ing, -ed, -ness, -ly, a last e or y.
///
/// It only has to do the same to both sides, not to find a word of the dictionary. Irregular forms are for the data.
enum Stemmer {
    /// The stem of a folded word; words with other letters than a to z, or of three letters, stay. O(letters).
    static func stem(_ word: String) -> String {
        var letters = Array(word.utf8)
        guard letters.count > 3, letters.allSatisfy({ (UInt8(ascii: "a")...UInt8(ascii: "z")).contains($0) }) else { return word }
        dropPlural(&letters)
        if letters.count > 6, letters.ends("ness") { letters.removeLast(4) }
        if letters.count > 5, letters.ends("ly") { letters.removeLast(2) }
        dropParticiple(&letters)
        if letters.count > 3, letters.ends("e") { letters.removeLast() }
        if letters.count > 3, letters.ends("y") { letters[letters.count - 1] = UInt8(ascii: "i") }
        let stem = String(decoding: letters, as: UTF8.self)
        return functionWords.contains(stem) ? word : stem
    }

    /// "noted" is no form of "not".
    private static let functionWords: Set<String> = ["not", "no", "nor", "but", "was", "can", "had", "has", "her", "him", "his", "now", "out", "all", "any", "off", "doe", "non"]

    private static func dropPlural(_ letters: inout [UInt8]) {
        if letters.count > 4, letters.ends("ies") {
            letters.replaceSubrange(letters.count - 3 ..< letters.count, with: "y".utf8)
        } else if letters.count > 5, ["sses", "shes", "ches", "xes", "zes"].contains(where: letters.ends) {
            letters.removeLast(2)
        } else if letters.ends("s"), !["ss", "us", "is"].contains(where: letters.ends) {
            letters.removeLast()
        }
    }

    private static func dropParticiple(_ letters: inout [UInt8]) {
        let ending = letters.count > 5 && letters.ends("ing") ? 3 : letters.count > 4 && letters.ends("ed") && !letters.ends("eed") ? 2 : 0
        guard ending > 0, letters.dropLast(ending).contains(where: { "aeiouy".utf8.contains($0) }) else { return }
        letters.removeLast(ending)
        guard let last = letters.last, letters.count > 2, last == letters[letters.count - 2] else { return }
        if !"aeiouylsz".utf8.contains(last) { letters.removeLast() }
    }
}

extension [UInt8] {
    fileprivate func ends(_ ending: StaticString) -> Bool {
        let count = ending.utf8CodeUnitCount
        guard self.count >= count else { return false }
        let bytes = UnsafeBufferPointer(start: ending.utf8Start, count: count)
        return suffix(count).elementsEqual(bytes)
    }
}
