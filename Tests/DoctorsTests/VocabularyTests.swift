import Testing

@testable import Doctors

@Suite struct VocabularyTests {
    @Test("A slug has lower-case letters, digits and single dashes", arguments: [
        ("Ear, Nose & Throat", "ear-nose-throat"), ("  Sesotho sa Leboa ", "sesotho-sa-leboa"), ("Médecins", "medecins"),
        ("in_review", "in-review"), ("24h", "24h"), ("!", ""), ("日本", ""),
    ])
    func slugs(_ text: String, _ slug: String) {
        #expect(Vocabulary.slug(text) == slug)
    }

    @Test("What was added first keeps a name") func firstWins() {
        let first = VocabularyTerm(slug: "physiotherapy", name: "Physiotherapy")
        var vocabulary = Vocabulary()
        vocabulary.add(first, names: ["physio"])
        vocabulary.add(VocabularyTerm(slug: "other", name: "Other"), names: ["Physio", "physiotherapy"])
        #expect(vocabulary.term(for: "PHYSIO") == first)
        #expect(vocabulary.term(for: "other")?.slug == "other")
        #expect(vocabulary.term(for: "none") == nil)
    }
}
