import Foundation

/// The alphabet of text messages, 3GPP TS 23.038: 160 characters in one message, 153 in each part of several. Any character outside it
/// turns the whole text into UCS-2 with 70 and 67.
enum GSM7 {
    private static let basic = Set<Unicode.Scalar>(
        "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà"
            .unicodeScalars)
    /// Takes two places.
    private static let extended = Set<Unicode.Scalar>("\u{0C}^{}\\[~]|€".unicodeScalars)

    /// How many places the text takes; nil when it does not fit the alphabet.
    static func septets(_ text: String) -> Int? {
        var count = 0
        for scalar in text.unicodeScalars {
            if basic.contains(scalar) { count += 1 } else if extended.contains(scalar) { count += 2 } else { return nil }
        }
        return count
    }

    /// Messages a text is charged as.
    static func parts(_ text: String) -> Int {
        if let septets = septets(text) { return septets <= 160 ? 1 : (septets + 152) / 153 }
        let units = text.utf16.count
        return units <= 70 ? 1 : (units + 66) / 67
    }

    /// The text with letters outside the alphabet written without their marks (`ê` as `e`, `š` as `s`) and typographic signs as on a
    /// typewriter. What has no such form stays.
    static func plain(_ text: String) -> String {
        String(text.precomposedStringWithCanonicalMapping.map(plain(_:)).joined())
    }

    private static let signs: [Character: String] = ["’": "'", "‘": "'", "“": "\"", "”": "\"", "–": "-", "—": "-", "…": "...", "\u{A0}": " "]

    private static func plain(_ character: Character) -> String {
        let text = String(character)
        if septets(text) != nil { return text }
        if let sign = signs[character] { return sign }
        let bare = String(String.UnicodeScalarView(text.decomposedStringWithCanonicalMapping.unicodeScalars.filter { !$0.properties.isDiacritic && $0.properties.canonicalCombiningClass == .notReordered }))
        return septets(bare) != nil ? bare : text
    }
}
