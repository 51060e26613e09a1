/// Words that mean one thing, as the data writes them. The syntax:
///
///     crush chest pain     in this order, with only fillers between
///     chest ... pain       up to three other words between
///     {chest pain}         in any order within a sentence, up to four other words between altogether
///     word  word*  a/b/c  @class  word?     whole word by its stem, beginning, alternatives, word class, may be missing
struct Pattern: Sendable, Equatable {
    struct Item: Sendable, Hashable {
        /// What a token may be: stems and beginnings.
        var stems: Set<Vocabulary.Stem> = []
        var prefixes: Set<Int32> = []
        var isOptional = false
    }
    var items: [Item]
    /// Other words allowed before item i (0 for the first).
    var gaps: [Int]
    /// In any order, with this many other words between altogether.
    var window: Int?

    /// Other words that `...` stands for at most.
    static let ellipsisWords = 3
    /// Other words within `{…}` at most.
    static let windowWords = 4
}

/// What is wrong with a pattern.
struct PatternError: Error, CustomStringConvertible {
    let description: String
}

extension Pattern {
    /// - Throws: `PatternError` in plain words.
    init(_ text: String, classes: [String: [String]], vocabulary: inout Vocabulary) throws(PatternError) {
        var body = Substring(text)
        if body.first == "{" {
            guard body.last == "}" else { throw PatternError(description: "\(text): { has no } at the end") }
            body = body.dropFirst().dropLast()
            window = Pattern.windowWords
        }
        (items, gaps) = ([], [])
        var gap = 0
        for word in body.split(separator: " ") {
            if word == "..." {
                gap = Pattern.ellipsisWords
                continue
            }
            items.append(try Pattern.item(word, classes: classes, vocabulary: &vocabulary))
            gaps.append(items.count == 1 ? 0 : gap)
            gap = 0
        }
        guard items.contains(where: { !$0.isOptional }), gap == 0 else {
            throw PatternError(description: "\(text): a pattern needs a word, and none ends with ...")
        }
    }

    /// All of these words near each other in any order; without a window in this order, one after the other.
    init(words: [String], window: Int?, vocabulary: inout Vocabulary) {
        items = words.map { Item(stems: [vocabulary.number(ofWord: $0)]) }
        gaps = words.map { _ in 0 }
        self.window = window
    }

    private static func item(
        _ text: Substring, classes: [String: [String]], vocabulary: inout Vocabulary
    ) throws(PatternError) -> Item {
        var item = Item()
        var text = text
        if text.last == "?" {
            item.isOptional = true
            text = text.dropLast()
        }
        for alternative in text.split(separator: "/") {
            if alternative.first == "@" {
                guard let words = classes[String(alternative.dropFirst())] else {
                    throw PatternError(description: "there is no word class \(alternative)")
                }
                for word in words { item.stems.insert(vocabulary.number(ofWord: word)) }
            } else if alternative.last == "*" {
                item.prefixes.insert(vocabulary.number(ofPrefix: String(alternative.dropLast())))
            } else if alternative.utf8.allSatisfy({ $0 >= 0x80 || (UInt8(ascii: "a")...UInt8(ascii: "z")).contains($0) || (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) }) {
                item.stems.insert(vocabulary.number(ofWord: String(alternative)))
            } else {
                throw PatternError(description: "\(alternative): only small letters, digits, / * ? @ and ...")
            }
        }
        return item
    }
}
