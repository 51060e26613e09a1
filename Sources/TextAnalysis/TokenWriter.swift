import CICU

/// Collects folded scalars into tokens by the rules of the target's note.
struct TokenWriter {
    private var bytes: [UInt8] = []
    private var ends: [UInt32] = []
    private var sourceRanges: [Range<Int>] = []

    private var isOpen = false
    private var isFull = false
    private var last = Kind.separator
    private var hasApostrophe = false

    private enum Kind { case letter, hangul, unspacedLetter, number, mark, apostrophe, separator }

    init(capacity: Int) { bytes.reserveCapacity(capacity) }

    mutating func write(_ scalar: Unicode.Scalar, source: Range<Int>) {
        let kind = Self.kind(of: scalar)
        switch kind {
        case .letter, .hangul, .unspacedLetter, .number:
            if !joinsToken(kind) { endToken() }
            append(scalar, source)
            hasApostrophe = false
            last = kind
        case .mark where isOpen && !hasApostrophe: append(scalar, source)
        case .apostrophe where last == .letter && !hasApostrophe: hasApostrophe = true
        case .apostrophe, .mark, .separator: endToken()
        }
    }

    /// A letter without spaces is a token of its own; Hangul joins only Hangul; an apostrophe joins only letters.
    private func joinsToken(_ kind: Kind) -> Bool {
        switch (last, kind) {
        case (.letter, .letter), (.hangul, .hangul): true
        case (.letter, .number), (.number, .letter), (.number, .number): !hasApostrophe
        default: false
        }
    }

    /// ICU ends a word here. Hangul and letters without spaces have their own rule (see `joinsToken`): ICU cuts those by
    /// dictionary, differently for a word alone and in a sentence, and would keep the one from finding the other.
    mutating func endWord() {
        if last == .letter || last == .number { endToken() }
    }

    private mutating func endToken() {
        isOpen = false
        isFull = false
        hasApostrophe = false
        last = .separator
    }

    func finish() -> AnalysedText { AnalysedText(bytes: bytes, ends: ends, sourceRanges: sourceRanges) }

    private mutating func append(_ scalar: Unicode.Scalar, _ source: Range<Int>) {
        if isOpen {
            sourceRanges[sourceRanges.count - 1] = sourceRanges[sourceRanges.count - 1].lowerBound..<source.upperBound
        } else {
            isOpen = true
            sourceRanges.append(source)
            ends.append(UInt32(truncatingIfNeeded: bytes.count))
        }
        let start = ends.count > 1 ? Int(ends[ends.count - 2]) : 0
        isFull = isFull || bytes.count - start + scalar.utf8.count > TextAnalyser.maximumTokenBytes
        guard !isFull else { return }
        bytes.append(contentsOf: scalar.utf8)
        ends[ends.count - 1] = UInt32(truncatingIfNeeded: bytes.count)
    }

    private static func kind(of scalar: Unicode.Scalar) -> Kind {
        switch scalar {
        case "'", "‘", "’", "ʻ", "ʼ", "״", "׳", "\"": return .apostrophe
        case "a"..."z": return .letter
        case "0"..."9": return .number
        case "\u{1100}"..."\u{11FF}", "\u{A960}"..."\u{A97F}", "\u{AC00}"..."\u{D7FB}": return .hangul
        default: break
        }
        switch scalar.properties.generalCategory {
        case .uppercaseLetter, .lowercaseLetter, .titlecaseLetter, .modifierLetter, .otherLetter:
            return cicu_is_unspaced(scalar.value) ? .unspacedLetter : .letter
        case .nonspacingMark, .spacingMark, .enclosingMark: return .mark
        case .decimalNumber, .letterNumber, .otherNumber: return .number
        default: return .separator
        }
    }
}
