import Testing

@testable import Triage

@Suite("Patterns")
struct PatternTests {
    /// The words a pattern finds in a text, each match as its tokens.
    private func found(_ pattern: String, in text: String) throws -> [[String]] {
        var vocabulary = Vocabulary()
        var set = PatternSet()
        set.add(try Pattern(pattern, classes: ["hurt": ["pain", "ache"]], vocabulary: &vocabulary), owner: 7)
        set.finish()
        let read = PatientTextReader(vocabulary: vocabulary, realWords: ["pains"]).read(text)
        return set.matches(in: read).map { match in
            #expect(match.owner == 7)
            return match.tokens.map { read.tokens[Int($0)].word }
        }
    }

    @Test("Words in order, with only fillers between")
    func order() throws {
        #expect(try found("chest pain", in: "my chest is in pain") == [["chest", "pain"]])
        #expect(try found("chest pain", in: "pain in my chest") == [])
        #expect(try found("chest pain", in: "chest infection pain") == [])
        #expect(try found("chest pain", in: "my chest. pain") == [])
    }

    @Test("An ellipsis passes over three words, not four")
    func ellipsis() throws {
        #expect(try found("cannot ... breathe", in: "cannot even properly calmly breathe") == [["cannot", "breathe"]])
        #expect(try found("cannot ... breathe", in: "cannot one two three four breathe") == [])
    }

    @Test("Braces take any order within four other words")
    func anyOrder() throws {
        #expect(try found("{chest @hurt}", in: "there is an awful ache deep inside my chest") == [["ache", "chest"]])
        #expect(try found("{chest @hurt}", in: "chest one two three four five ache") == [])
        #expect(try found("{left chest pain}", in: "pain on the left of the chest") == [["pain", "left", "chest"]])
    }

    @Test("Alternatives, beginnings, classes and words that may be missing")
    func items() throws {
        #expect(try found("throw/threw up", in: "she threw it up") == [["threw", "up"]])
        #expect(try found("haemorr*", in: "a haemorrhagic stroke") == [["haemorrhagic"]])
        #expect(try found("very? sick baby", in: "sick baby") == [["sick", "baby"]])
        #expect(try found("severe very? pain", in: "severe very pain") == [["severe", "very", "pain"]])
    }

    @Test("A mistake in a pattern is told", arguments: ["{chest pain", "chest ...", "@nothing", "Chest", "x-ray", ""])
    func mistakes(pattern: String) {
        #expect(throws: PatternError.self) { try found(pattern, in: "chest") }
    }

    /// Every choice of positions, tried one by one.
    @Test("What any order finds is what trying all positions finds")
    func oracle() throws {
        var random = SeededGenerator("patterns in any order")
        let words = ["aaa", "bbb", "ccc", "xxx", "the"]
        for _ in 0..<2_000 {
            let text = (0..<Int.random(in: 1...9, using: &random)).map { _ in words.randomElement(using: &random) ?? "the" }
            let expected = exists(text, ["aaa", "bbb", "ccc"])
            #expect(try found("{aaa bbb ccc}", in: text.joined(separator: " ")).isEmpty == !expected, "\(text)")
        }
    }

    private func exists(_ text: [String], _ wanted: [String]) -> Bool {
        for a in text.indices where text[a] == wanted[0] {
            for b in text.indices where text[b] == wanted[1] {
                for c in text.indices where text[c] == wanted[2] {
                    let span = min(a, b, c)...max(a, b, c)
                    if span.count(where: { ![a, b, c].contains($0) && text[$0] != "the" }) <= Pattern.windowWords { return true }
                }
            }
        }
        return false
    }
}
