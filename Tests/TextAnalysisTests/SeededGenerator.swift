import Foundation

/// Random numbers from a seed that is printed, so that a failure can be repeated with `PROPERTY_SEED`.
struct SeededGenerator: RandomNumberGenerator {
    private var state: UInt64

    init(for property: String) {
        let fixed = ProcessInfo.processInfo.environment["PROPERTY_SEED"].flatMap(UInt64.init)
        state = fixed ?? UInt64.random(in: .min ... .max)
        print("\(property): PROPERTY_SEED=\(state)")
    }

    /// SplitMix64.
    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var mixed = state
        mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
        return mixed ^ (mixed >> 31)
    }
}

/// Scalars that have broken tokenisers: joiners, marks of every kind, expanding compatibility forms, conjoining jamo,
/// scripts segmented by dictionary, apostrophes, NUL, line ends, supplementary planes.
let nastyScalars: [Unicode.Scalar] =
    Array(
        """
        aZ09_'.,:;-@"’‘ʼ´`\u{0}\r\n\t \u{AD}\u{200B}\u{200C}\u{200D}\u{200E}\u{202E}\u{2060}\u{FEFF}\u{FE0F}\u{20E3}\u{301}\u{302}\u{307}\u{30C}\u{323}\u{32D}\u{345}\u{338}
        ßẞſİıIiΣσςæœøđðþłħŧŋɓɗŉǅﬃ½²①Ⅷ℃™㎏㍍㋀ﷺﷲﬀ＇Ａ１アｶﾞがカー゙゚中醫𠀀กีุ่เแ្កក្សမြ်ເລາअक्षिनी़ாகொকোে한각ᄒ\u{1161}\u{11A8}\u{11A8}
        אבד״׳שָׁعَرَبِيّ٣ـεῳᾳῼǆԛꙮⴰᏸ𞤀𑜀𗀀😀🇿🇦👩‍⚕️ǃǀ𝔘𝟗\u{E0101}\u{1D165}\u{1D16D}\u{FB1D}\u{0F73}\u{0F71}\u{FFFF}\u{10FFFF}
        """.unicodeScalars)

extension String {
    /// Up to `length` scalars drawn from `alphabet`.
    static func random(
        upTo length: Int, from alphabet: [Unicode.Scalar], using generator: inout SeededGenerator
    ) -> String {
        var text = ""
        for _ in 0..<Int.random(in: 0...length, using: &generator) {
            guard let scalar = alphabet.randomElement(using: &generator) else { break }
            text.unicodeScalars.append(scalar)
        }
        return text
    }

    var escaped: String { unicodeScalars.map { $0.escaped(asASCII: true) }.joined() }
}
