/// The stems and beginnings of words that patterns are made of, numbered; it grows while data is read and is fixed then.
struct Vocabulary: Sendable {
    /// A stem's number.
    typealias Stem = Int32
    private(set) var stems: [String: Stem] = [:]
    /// Beginnings of words (`vomit*`), numbered on their own.
    private(set) var prefixes: [String: Int32] = [:]
    private(set) var prefixLengths: Set<Int> = []
    /// Whole words that misspellings may be meant as.
    private(set) var words: Set<String> = []

    /// The number of a stem, a new one if need be.
    mutating func number(ofWord word: String) -> Stem {
        words.insert(word)
        let stem = Stemmer.stem(word)
        if let known = stems[stem] { return known }
        let number = Stem(stems.count)
        stems[stem] = number
        return number
    }

    mutating func number(ofPrefix prefix: String) -> Int32 {
        if let known = prefixes[prefix] { return known }
        let number = Int32(prefixes.count)
        prefixes[prefix] = number
        words.insert(prefix)
        prefixLengths.insert(prefix.utf8.count)
        return number
    }

    func stem(_ word: String) -> Stem? { stems[Stemmer.stem(word)] }

    /// The known beginnings of a word.
    func prefixes(of word: String) -> [Int32] {
        var found: [Int32] = []
        let bytes = word.utf8
        for length in prefixLengths where length <= bytes.count {
            if let number = prefixes[String(decoding: bytes.prefix(length), as: UTF8.self)] { found.append(number) }
        }
        return found
    }
}

/// Words that say little by themselves; patterns pass over them.
enum Fillers {
    static let words: Set<String> = Set(
        """
        a an the my your his her its our their of in on at to from for with i im ive he she it we they you this that these those there \
        is are was were am be been being has have had do does did very really so quite just some also and or then keep keeps got get \
        getting having feel feeling feels felt like bit little lot both left right upper lower side area all over through out
        """.split(separator: " ").map(String.init))
}
