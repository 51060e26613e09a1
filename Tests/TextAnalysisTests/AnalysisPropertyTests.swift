import Testing
@testable import TextAnalysis

@Suite struct AnalysisPropertyTests {
    private let analyser = TextAnalyser()

    @Test("the ASCII path gives the tokens and offsets of the ICU path")
    func asciiEqualsICU() {
        var generator = SeededGenerator(for: "ASCII equals ICU")
        let every = (0..<128).compactMap(Unicode.Scalar.init)
        let weighted = Array("abzABZ0199''''....,,::;;__--@@##//\"\"  \r\n\u{0}".unicodeScalars)
        for round in 0..<25_000 {
            let text = String.random(upTo: 24, from: round % 4 == 0 ? every : weighted, using: &generator)
            #expect(hasSameTokens(text), "\(text.escaped)")
        }
        for first in every {
            for second in every {
                let text = String(String.UnicodeScalarView([first, second])) + "a"
                #expect(hasSameTokens(text), "\(text.escaped)")
            }
        }
        #expect(hasSameTokens(String(repeating: "O'Neill1", count: 20) + " b"))
    }

    @Test("the ASCII path equals the ICU path in locales with word break rules of their own", arguments: [
        "en_US_POSIX", "fi", "sv", "el", "ja", "zh", "th", "he", "no-such-locale",
    ])
    func asciiEqualsICUInEveryLocale(locale: String) {
        let analyser = TextAnalyser(locale: locale)
        for text in ["O'Brien: dr.dlamini 3.5 a:b a.b 1,5 x_y 'n", "S'no\"n 1'2 a'1 1'a ''a''b''"] {
            #expect(hasSameTokens(text, analyser))
        }
    }

    @Test("folding any single scalar twice changes nothing")
    func foldIsStableForEveryScalar() {
        let bulk: Set<Unicode.GeneralCategory> = [.unassigned, .privateUse]
        for scalar in (0...0x10FFFF).lazy.compactMap(Unicode.Scalar.init) {
            let properties = scalar.properties
            if bulk.contains(properties.generalCategory) || properties.isUnifiedIdeograph { continue }
            let once = analyser.fold("a\(scalar)b \(scalar)")
            #expect(analyser.fold(once) == once, "U+\(String(scalar.value, radix: 16))")
        }
    }

    @Test("folding random hostile text twice changes nothing, and its offsets hold")
    func foldIsStableForHostileText() {
        var generator = SeededGenerator(for: "fold is stable")
        for round in 0..<40_000 {
            let text = String.random(upTo: round % 100 == 0 ? 200 : 12, from: nastyScalars, using: &generator)
            let once = analyser.fold(text)
            #expect(Array(analyser.fold(once).utf8) == Array(once.utf8), "\(text.escaped)")
            expectSound(analyser.analyse(text), of: text)
        }
    }

    private func hasSameTokens(_ text: String, _ analyser: TextAnalyser? = nil) -> Bool {
        let analyser = analyser ?? self.analyser
        var text = text
        let fast = analyser.analyse(text)
        let slow = text.withUTF8 { analyser.analyseWithICU($0) }
        return fast.bytes == slow.bytes && fast.ends == slow.ends && fast.sourceRanges == slow.sourceRanges
    }
}

/// Tokens are bounded and not empty, ranges ascend by both ends, lie on scalar borders.
func expectSound(_ words: AnalysedText, of text: String) {
    #expect(words.count == words.sourceRanges.count && Int(words.ends.last ?? 0) == words.bytes.count)
    let utf8 = Array(text.utf8)
    var previous = 0..<0
    for i in 0..<words.count {
        let range = words.sourceRanges[i]
        let token = words.token(i)
        #expect((1...TextAnalyser.maximumTokenBytes).contains(token.utf8.count))
        #expect(range.lowerBound >= previous.lowerBound && range.upperBound >= previous.upperBound, "\(text.escaped)")
        #expect(!range.isEmpty && range.upperBound <= utf8.count)
        #expect(isBorder(range.lowerBound, in: utf8) && isBorder(range.upperBound, in: utf8), "\(text.escaped)")
        previous = range
    }
}

private func isBorder(_ offset: Int, in utf8: [UInt8]) -> Bool {
    offset == utf8.count || utf8[offset] & 0xC0 != 0x80
}
