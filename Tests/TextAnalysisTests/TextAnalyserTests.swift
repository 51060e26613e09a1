import Testing
@testable import TextAnalysis

@Suite struct TextAnalyserTests {
    private let analyser = TextAnalyser()

    @Test("folds words as a person without that keyboard types them", arguments: [
        // South African languages
        ("Ṱhoho ḽiṅwe ḓivhaho ṋefhasi", "thoho linwe divhaho nefhasi"),  // Tshivenda
        ("Bošego bjo bobotse, Ngaka ya Šeba", "bosego bjo bobotse ngaka ya seba"),  // Sepedi
        ("Môre, sê ŉ vroeë hoër reënboog ’n 'n", "more se n vroee hoer reenboog n n"),  // Afrikaans
        ("isiZulu isiXhosa iQhinga umGungundlovu", "isizulu isixhosa iqhinga umgungundlovu"),
        ("n'anga ng’ombe", "nanga ngombe"),  // Xitsonga
        // names
        ("O'Brien O’Brien OʼBrien O‘Brien O\u{2060}'Brien", "obrien obrien obrien obrien obrien"),
        ("Naidoo-Müller Łukasz Sørensen Đorđe Æsa Œuvre Þór", "naidoo muller lukasz sorensen dorde aesa oeuvre thor"),
        ("Straße STRASSE GROẞ ſ", "strasse strasse gross s"),
        ("İstanbul Iğdır ılık DİŞ", "istanbul igdir ilik dis"),
        ("ΟΔΥΣΣΕΎΣ Ὀδυσσεύς ᾳ", "οδυσσευσ οδυσσευσ α"),
        // the same text in other forms
        ("e\u{301}\u{323} \u{1E69} \u{FB01}n ＤＲ １２ Ⅷ", "e s fin dr 12 viii"),
        ("co\u{AD}oper\u{200D}ate \u{FEFF}a\u{200C}b ca\u{FE0F}t", "cooperate ab cat"),
        ("a\u{0}b\u{7F}c", "a b c"),
        // codes and punctuation
        ("MP0123456 C#/B12 3.5 R1,500 x-ray gp/physio dr.dlamini", "mp0123456 c b12 3 5 r1 500 x ray gp physio dr dlamini"),
        ("thandi_m@clinic.co.za +27 (82) 123-4567", "thandi m clinic co za 27 82 123 4567"),
        ("rock 'n' roll '' o''b 5'11 a'1 1'a b'", "rock n roll o b 5 11 a 1 1 a b"),
        ("½ m² 1️⃣ 😀 👩‍⚕️ 🇿🇦 ŉ °C", "1 2 m 2 1 n c"),
        // other scripts
        ("עִבְרִית ד\"ר ג׳ורג׳", "עברית דר גורג"),
        ("الطَّبِيب ٣٤", "الطبيب 34"),
        ("हिन्दी தமிழ்", "हिन्दी தமிழ்"),
        ("醫生 カー ｶﾞが ไทย 中文B12", "醫 生 カ ー ガ が ไ ท ย 中 文 b12"),
        ("\u{1112}\u{1161}\u{11AB}국어 \u{1112}\u{1161}\u{11AB}\u{1100}\u{116E}\u{11A8} 한B12", "한국어 한국 한 b12"),
    ])
    func folds(text: String, expected: String) {
        #expect(Array(analyser.fold(text).utf8) == Array(expected.utf8), "\(analyser.fold(text))")
    }

    @Test("offsets point at the words of the source")
    func offsets() {
        let text = "Dr. Ṱhoho O’Brien, ½"
        let words = analyser.analyse(text)
        let sources = words.sourceRanges.map { String(decoding: Array(text.utf8)[$0], as: UTF8.self) }
        #expect((0..<words.count).map(words.token) == ["dr", "thoho", "obrien", "1", "2"])
        #expect(sources == ["Dr", "Ṱhoho", "O’Brien", "½", "½"])
    }

    @Test("text without words has no tokens", arguments: ["", " ", "\u{0}", "'", "…–", "\u{301}", "😀", "\u{AD}ि"])
    func noWords(text: String) {
        #expect(analyser.analyse(text).count == 0)
    }

    @Test("a long token is cut at a scalar border and covers its whole source", arguments: ["a", "β", "ऄ", "𞤢", "Ω1a"])
    func longToken(unit: String) {
        let text = String(repeating: unit, count: 1_000)
        let words = analyser.analyse(text)
        #expect(words.sourceRanges == [0..<text.utf8.count])
        #expect((TextAnalyser.maximumTokenBytes - 3...TextAnalyser.maximumTokenBytes).contains(words.bytes.count))
        #expect(String(validating: words.bytes, as: UTF8.self) != nil)
    }

    @Test("a letter under a hundred thousand marks is read in linear time")
    func manyMarks() {
        let marks = String(repeating: "\u{302}\u{323}\u{E38}\u{5B0}", count: 25_000)
        let clock = ContinuousClock()
        let elapsed = clock.measure { #expect(analyser.analyse("a" + marks + "b").count == 1) }
        #expect(elapsed < .seconds(60))  // ordering that many marks in quadratic time takes minutes
    }

    @Test("threads that share one analyser get what one thread gets")
    func sharedBetweenThreads() async {
        let texts = (0..<64).map { "Ṱhoho \($0) 醫生 O’Brien " + String(repeating: "š", count: $0) }
        let alone = texts.map { TextAnalyser().fold($0) }
        await withTaskGroup(of: [String].self) { group in
            for _ in 0..<8 { group.addTask { texts.map { analyser.fold($0) } } }
            for await together in group { #expect(together == alone) }
        }
    }
}
