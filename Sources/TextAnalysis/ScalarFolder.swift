import CICU

/// Folds one chunk at a time: a letter with the marks that belong to it, so that every result keeps its place in the source.
final class ScalarFolder {
    /// More marks than this on one letter are nonsense (Unicode's stream-safe limit is 30) and are ignored.
    private static let maximumChunkScalars = 32

    private var chunk: [UInt16] = []
    // One scalar folds to at most 18 units, so a chunk always fits.
    private var buffer = [UInt16](repeating: 0, count: 2_048)
    /// Results for scalars below U+2000 that stand alone, nearly all of any text in an alphabet: ICU takes microseconds each.
    private var known = [[Unicode.Scalar]?](repeating: nil, count: 0x2000)

    /// The folded scalars of the chunk that starts at `start`, and the offset of the next chunk.
    func fold(_ utf8: UnsafeBufferPointer<UInt8>, from start: Int) -> (scalars: [Unicode.Scalar], end: Int) {
        let (first, length) = decodeScalar(utf8, at: start)
        let next = start + length
        if next == utf8.count || startsChunk(decodeScalar(utf8, at: next).scalar), Int(first.value) < known.count {
            if let scalars = known[Int(first.value)] { return (scalars, next) }
            chunk = Array(first.utf16)
            let scalars = foldChunk()
            known[Int(first.value)] = scalars
            return (scalars, next)
        }
        let chunkEnd = readChunk(utf8, from: start)
        return (foldChunk(), chunkEnd)
    }

    private func foldChunk() -> [Unicode.Scalar] {
        // Twice: compatibility forms show accents and letters of their own only after the first fold.
        for _ in 0..<2 {
            let decomposed = cicu_nfd(chunk, Int32(chunk.count), &buffer, Int32(buffer.count))
            chunk.removeAll(keepingCapacity: true)
            for scalar in scalars(buffer.prefix(max(0, Int(decomposed)))) { appendBare(scalar) }
            let folded = cicu_nfkc_casefold(chunk, Int32(chunk.count), &buffer, Int32(buffer.count))
            chunk.replaceSubrange(0..., with: buffer.prefix(max(0, Int(folded))))
        }
        return scalars(chunk[...])
    }

    private func readChunk(_ utf8: UnsafeBufferPointer<UInt8>, from start: Int) -> Int {
        chunk.removeAll(keepingCapacity: true)
        var position = start
        var count = 0
        while position < utf8.count {
            let (scalar, length) = decodeScalar(utf8, at: position)
            if position > start, startsChunk(scalar) { break }
            if count < Self.maximumChunkScalars { chunk.append(contentsOf: scalar.utf16) }
            position += length
            count += 1
        }
        return position
    }

    /// Accents vanish, so that what follows one must be ordered and composed with what stands before it.
    private func startsChunk(_ scalar: Unicode.Scalar) -> Bool {
        scalar.isASCII || (cicu_has_fold_boundary_before(scalar.value) && !isAccent(scalar))
    }

    private func appendBare(_ scalar: Unicode.Scalar) {
        if let letters = plainLetters[scalar] {
            chunk.append(contentsOf: letters.utf16)
        } else if let digit = Unicode.Scalar(digitOf: scalar) {
            chunk.append(contentsOf: digit.utf16)
        } else if !isAccent(scalar) {
            chunk.append(contentsOf: scalar.utf16)
        }
    }

    private func scalars(_ units: ArraySlice<UInt16>) -> [Unicode.Scalar] {
        Array(String(decoding: units, as: UTF16.self).unicodeScalars)
    }
}

/// Letters that have no decomposition, as people without that key on their keyboard type them.
private let plainLetters: [Unicode.Scalar: String] = [
    "æ": "ae", "œ": "oe", "ø": "o", "đ": "d", "ð": "d", "þ": "th", "ł": "l", "ħ": "h", "ŧ": "t", "ı": "i", "ŋ": "n",
    "ɓ": "b", "ɗ": "d",
]

/// Accents and optional vowel points; the vowel signs of Indic and Thai words are letters to their readers and stay.
private func isAccent(_ scalar: Unicode.Scalar) -> Bool {
    let category = scalar.properties.generalCategory
    return (category == .nonspacingMark || category == .enclosingMark) && cicu_is_accent(scalar.value)
}

extension Unicode.Scalar {
    /// The ASCII digit of the same value as a decimal digit of any script.
    fileprivate init?(digitOf scalar: Unicode.Scalar) {
        let value = cicu_digit_value(scalar.value)
        guard value >= 0, let digit = Unicode.Scalar(UInt32(0x30 + value)) else { return nil }
        self = digit
    }
}

/// The scalar that starts at `position` of valid UTF-8, and its length in bytes.
private func decodeScalar(_ utf8: UnsafeBufferPointer<UInt8>, at position: Int) -> (scalar: Unicode.Scalar, length: Int) {
    let lead = utf8[position]
    guard lead >= 0x80 else { return (Unicode.Scalar(lead), 1) }
    let length = lead < 0xE0 ? 2 : lead < 0xF0 ? 3 : 4
    var value = UInt32(lead) & (0x7F >> UInt32(length))
    for offset in 1..<length { value = value << 6 | UInt32(utf8[position + offset] & 0x3F) }
    return (Unicode.Scalar(value) ?? "\u{FFFD}", length)
}
