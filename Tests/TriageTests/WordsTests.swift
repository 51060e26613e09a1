import Testing

@testable import Triage

@Suite("Words of a patient")
struct WordsTests {
    @Test(
        "Forms of one word have one stem",
        arguments: [
            ["vomit", "vomits", "vomiting", "vomited"], ["bleed", "bleeds", "bleeding"], ["baby", "babies"], ["breathe", "breathes", "breathing", "breath"],
            ["numb", "numbness"], ["sudden", "suddenly"], ["headache", "headaches"], ["swell", "swelling"], ["stop", "stopped", "stopping"],
            ["dizzy", "dizziness"], ["rash", "rashes"],
        ])
    func stems(forms: [String]) {
        #expect(Set(forms.map(Stemmer.stem)).count == 1, "\(forms.map(Stemmer.stem))")
    }

    @Test("A form never becomes a word that denies or another short word", arguments: ["noted", "does", "bleed", "need", "was", "this"])
    func functionWords(word: String) {
        #expect(!["not", "doe", "ble", "nee", "wa", "thi"].contains(Stemmer.stem(word)))
    }

    @Test("The distance is that of optimal string alignment, by another way to compute it")
    func distance() {
        var random = SeededGenerator("spelling distance")
        let letters = Array("abc")
        for _ in 0..<3_000 {
            let a = String((0..<Int.random(in: 0...6, using: &random)).map { _ in letters.randomElement(using: &random) ?? "a" })
            let b = String((0..<Int.random(in: 0...6, using: &random)).map { _ in letters.randomElement(using: &random) ?? "a" })
            #expect(SpellingCorrector.distance(a, b) == recursiveDistance(Array(a), Array(b)), "\(a) \(b)")
        }
    }

    /// Straight from the definition.
    private func recursiveDistance(_ a: [Character], _ b: [Character]) -> Int {
        if a.isEmpty || b.isEmpty { return max(a.count, b.count) }
        var best = min(
            recursiveDistance(a.dropLast(), Array(b)) + 1, recursiveDistance(Array(a), b.dropLast()) + 1,
            recursiveDistance(a.dropLast(), b.dropLast()) + (a.last == b.last ? 0 : 1))
        if a.count > 1, b.count > 1, a[a.count - 1] == b[b.count - 2], a[a.count - 2] == b[b.count - 1] {
            best = min(best, recursiveDistance(a.dropLast(2), b.dropLast(2)) + 1)
        }
        return best
    }

    @Test("One edit in a word of five letters, two in one of nine, but not in its first letter, lead back to it")
    func correction() {
        let corrector = SpellingCorrector(words: ["stroke", "breathing", "chest", "pneumonia"], realWords: ["broke", "chess"])
        for (spelt, meant) in [("stoke", "stroke"), ("strokee", "stroke"), ("storke", "stroke"), ("brething", "breathing"), ("breetihng", "breathing"), ("pnuemonai", "pneumonia")] {
            #expect(corrector.correction(of: spelt) == meant, "\(spelt)")
        }
        for word in ["broke", "chess", "stroke", "ches", "xtroke", "pain"] { #expect(corrector.correction(of: word) == nil, "\(word)") }
    }

    @Test("Sentences end where people end them, not inside a number or an abbreviation")
    func sentences() {
        var vocabulary = Vocabulary()
        _ = vocabulary.number(ofWord: "fever")
        let reader = PatientTextReader(vocabulary: vocabulary, realWords: [])
        #expect(reader.read("Fever 38.5 today. Cough! And\nrash; why?").tokens.map(\.sentence) == [0, 0, 0, 0, 1, 2, 3, 4])
        let text = reader.read("My FEVER’s up, LOC(-), bp")
        #expect(text.tokens.map(\.followsComma) == [false, false, false, true, true])
        #expect(text.tokens.map(\.isMarkedAbsent) == [false, false, false, true, false])
        #expect(text.words(1...2) == "FEVER’s up")
    }
}
