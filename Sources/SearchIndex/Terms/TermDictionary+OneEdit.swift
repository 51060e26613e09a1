extension TermDictionary {
    /// The terms within one insertion, deletion or substitution of `word`, the word itself included, ascending.
    /// O(terms): a length test for most, a comparison for the rest.
    func numbers(withinOneEditOf word: String) -> [Int] {
        let wordBytes = Array(word.utf8)
        let wordIsASCII = wordBytes.allSatisfy { $0 < 0x80 }
        var found: [Int] = []
        for term in 0..<count {
            let termBytes = self[term]
            // A scalar has at most four bytes, so one edit changes the length by no more.
            guard abs(termBytes.count - wordBytes.count) <= (wordIsASCII ? 4 : 7) else { continue }
            if wordIsASCII, termBytes.allSatisfy({ $0 < 0x80 }) {
                if isWithinOneEdit(wordBytes[...], termBytes) { found.append(term) }
            } else if isWithinOneEdit(
                Array(word.unicodeScalars)[...], Array(String(decoding: termBytes, as: UTF8.self).unicodeScalars)[...])
            {
                found.append(term)
            }
        }
        return found
    }
}

/// Whether two words differ by at most one insertion, deletion or substitution. O(length).
func isWithinOneEdit<S: Equatable>(_ a: ArraySlice<S>, _ b: ArraySlice<S>) -> Bool {
    let shorter = min(a.count, b.count)
    guard max(a.count, b.count) - shorter <= 1 else { return false }
    var front = 0
    while front < shorter, a[a.startIndex + front] == b[b.startIndex + front] { front += 1 }
    var back = 0
    while back < shorter - front, a[a.endIndex - 1 - back] == b[b.endIndex - 1 - back] { back += 1 }
    return max(a.count, b.count) - front - back <= 1
}
