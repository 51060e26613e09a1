import Foundation

/// Collects everything that is wrong with one row while its values are normalised.
struct RowCheck {
    private(set) var problems: [RowProblem] = []
    /// Put before field names, `more_practices[1].` inside that list.
    var prefix = ""

    mutating func refuse(_ field: String, _ reason: String) {
        problems.append(RowProblem(prefix + field, reason))
    }

    /// One line: composed characters, single spaces, no blank edges; nil when nothing is left.
    mutating func line(_ text: String?, _ field: String, longest: Int) -> String? {
        guard let text else { return nil }
        return bounded(Self.spaced(text), field, longest: longest)
    }

    /// Several lines, each as in `line`; empty ones at the edges are dropped.
    mutating func text(_ text: String?, _ field: String, longest: Int) -> String? {
        guard let text else { return nil }
        let lines = text.split(omittingEmptySubsequences: false, whereSeparator: \.isNewline)
            .map { Self.spaced(String($0)) }
        return bounded(lines.joined(separator: "\n").trimmingCharacters(in: .newlines), field, longest: longest)
    }

    /// A number within bounds; others are refused and nil.
    mutating func number<Number: Comparable>(_ number: Number?, _ field: String, in range: ClosedRange<Number>) -> Number? {
        guard let number else { return nil }
        guard range.contains(number) else {
            refuse(field, "must be from \(range.lowerBound) to \(range.upperBound)")
            return nil
        }
        return number
    }

    /// One of the listed words, whatever its case and punctuation.
    mutating func word(_ text: String?, _ field: String, of words: [String]) -> String? {
        guard let text, !text.isEmpty else { return nil }
        if words.contains(text) { return text }
        let slug = Vocabulary.slug(text)
        if let word = words.first(where: { Vocabulary.slug($0) == slug }) { return word }
        refuse(field, "must be one of \(words.joined(separator: ", "))")
        return nil
    }

    private mutating func bounded(_ text: String, _ field: String, longest: Int) -> String? {
        guard !text.isEmpty else { return nil }
        if text.utf8.count > longest, text.unicodeScalars.count > longest {
            refuse(field, "is longer than \(longest) characters")
        }
        if text.unicodeScalars.contains(where: Self.isForbidden) { refuse(field, "holds a control character") }
        return text
    }

    /// The words with one space between them, composed. Most text is plain already and is returned as it is.
    private static func spaced(_ text: String) -> String {
        if isPlain(text) { return text }
        return text.precomposedStringWithCanonicalMapping.unicodeScalars
            .split(whereSeparator: \.properties.isWhitespace).map { String($0) }.joined(separator: " ")
    }

    /// Printable ASCII with single spaces, none of them at an edge.
    private static func isPlain(_ text: String) -> Bool {
        var previous = UInt8(ascii: " ")
        for byte in text.utf8 {
            guard (0x20...0x7E).contains(byte), byte != 0x20 || previous != 0x20 else { return false }
            previous = byte
        }
        return previous != 0x20
    }

    /// The same characters the constraints refuse: controls, line separators, text directions, blanks without width.
    private static func isForbidden(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar.value {
        case 0x0A: false
        case 0...0x1F, 0x7F...0x9F, 0x200B, 0xFEFF, 0x2028...0x202E, 0x2066...0x2069: true
        default: false
        }
    }
}
