import TextAnalysis

/// A person's words, ready to be matched: tokens with their stems, sentences and places in the text.
struct PatientText: Sendable {
    struct Token: Sendable {
        /// Folded and, where it was misspelt, as it was meant.
        let word: String
        /// `nil` for a word that no pattern has.
        let stem: Vocabulary.Stem?
        let prefixes: [Int32]
        let isFiller: Bool
        /// Rises from sentence to sentence.
        let sentence: Int
        /// Whether a comma, a dash or a bracket stands before it.
        let followsComma: Bool
        /// Whether a register's minus stands behind it: `LOC(-)`.
        var isMarkedAbsent = false
        /// UTF-8 offsets in the source.
        let source: Range<Int>
    }
    let source: String
    let tokens: [Token]
    /// BCP 47 of the language it seems to be in; `und` when nothing tells.
    let language: String

    /// The exact words of the source from one token to another.
    func words(_ range: ClosedRange<Int>) -> String {
        let utf8 = source.utf8
        let start = utf8.index(utf8.startIndex, offsetBy: tokens[range.lowerBound].source.lowerBound)
        let end = utf8.index(utf8.startIndex, offsetBy: tokens[range.upperBound].source.upperBound)
        return String(source[start..<end])
    }
}

/// Reads texts with the vocabulary of the data.
struct PatientTextReader: Sendable {
    private let analyser = TextAnalyser()
    private let vocabulary: Vocabulary
    private let corrector: SpellingCorrector
    private let languages: LanguageGuess

    init(vocabulary: Vocabulary, realWords: Set<String>, languages: LanguageGuess = LanguageGuess([])) {
        self.vocabulary = vocabulary
        self.languages = languages
        corrector = SpellingCorrector(words: vocabulary.words, realWords: realWords.union(Fillers.words))
    }

    /// O(bytes).
    func read(_ text: String) -> PatientText {
        let analysed = analyser.analyse(text)
        let bytes = Array(text.utf8)
        let spelt = (0..<analysed.count).map(analysed.token)
        let isKnown = spelt.map { vocabulary.stem($0) != nil }
        let guess = languages.guess(spelt)
        // Elsewhere the word of another language would be taken for a misspelt English one.
        let isEnglish = guess == nil || guess == "en"
        var sentence = 0
        var end = 0
        var tokens: [PatientText.Token] = []
        tokens.reserveCapacity(analysed.count)
        for index in 0..<analysed.count {
            let range = analysed.sourceRanges[index]
            let gap = bytes[min(end, range.lowerBound)..<range.lowerBound]
            if let last = tokens.last, endsSentence(gap, after: last.word, before: spelt[index]) { sentence += 1 }
            if gap.starts(with: "(-)".utf8), !tokens.isEmpty { tokens[tokens.count - 1].isMarkedAbsent = true }
            end = range.upperBound
            // A capital within a sentence begins a name: of a medicine, mostly.
            let isName = tokens.last?.sentence == sentence && isCapitalised(bytes[range])
            let word = isKnown[index] || !isEnglish || isName ? spelt[index] : corrector.correction(of: spelt[index]) ?? spelt[index]
            tokens.append(
                PatientText.Token(
                    word: word, stem: vocabulary.stem(word), prefixes: vocabulary.prefixes(of: word),
                    isFiller: Fillers.words.contains(word), sentence: sentence,
                    followsComma: separates(gap), source: range))
        }
        if bytes[min(end, bytes.count)...].starts(with: "(-)".utf8), !tokens.isEmpty { tokens[tokens.count - 1].isMarkedAbsent = true }
        let knownCount = isKnown.count { $0 }
        return PatientText(source: text, tokens: tokens, language: guess ?? (knownCount * 3 >= tokens.count ? "en" : "und"))
    }

    /// One capital, then small letters; words all in capitals are shouted.
    private func isCapitalised(_ word: ArraySlice<UInt8>) -> Bool {
        let capitals = UInt8(ascii: "A")...UInt8(ascii: "Z")
        return word.first.map(capitals.contains) == true && !word.dropFirst().contains(where: capitals.contains)
    }

    /// The hyphen of a compound separates nothing.
    private func separates(_ gap: ArraySlice<UInt8>) -> Bool {
        // A dash, a bullet or a comma of another script is no ASCII.
        gap.contains { $0 >= 0x80 || ",()/:".utf8.contains($0) } || gap.count > 1 && gap.contains(UInt8(ascii: "-"))
    }

    /// A full stop between digits ("38.5") or single letters ("e.g.") ends nothing; a new line and an ellipsis do.
    private func endsSentence(_ gap: ArraySlice<UInt8>, after last: String, before next: String) -> Bool {
        if gap.contains(where: { "!?;\n".utf8.contains($0) }) || String(decoding: gap, as: UTF8.self).contains("…") { return true }
        guard gap.contains(UInt8(ascii: ".")) else { return false }
        if gap.count > 1 { return true }
        return last.utf8.count > 1 && next.utf8.count > 1 && !(last.allSatisfy(\.isNumber) && next.allSatisfy(\.isNumber))
    }
}
