extension TermDictionary {
    /// Calls `body` with every term within some edits of `word`, the word itself included, each once, in no order.
    ///
    /// One edit leaves the first or the second half of a word whole (a transposition across the middle gives one word,
    /// which is looked up), so only terms that start or end like the word are compared. Two edits that both lie in the
    /// first half leave the second whole; for all others the dictionary is walked, and every stretch passed over whose
    /// common start has more than one edit in the first half, or more than two.
    /// O(terms that share a half) for one edit, O(terms) with a small factor for two.
    func forEachTerm(
        within edits: Int, of word: UnsafeBufferPointer<UInt8>, transposes: Bool, _ body: (_ term: Int) -> Void
    ) {
        if edits == 1 {
            forEachTermWithinOneEdit(of: word, transposes: transposes, body)
        } else {
            forEachTermWithinTwoEdits(of: word, transposes: transposes, body)
        }
    }

    private func forEachTermWithinOneEdit(
        of word: UnsafeBufferPointer<UInt8>, transposes: Bool, _ body: (Int) -> Void
    ) {
        var middle = word.count / 2
        // A half must not begin within a scalar.
        while middle > 0, middle < word.count, isContinuation(word[middle]) { middle -= 1 }
        let start = UnsafeBufferPointer(rebasing: word[..<middle])
        let end = UnsafeBufferPointer(rebasing: word[middle...])
        for term in numbers(withPrefix: start) where isWithinOneEdit(word, self[term], transposes: transposes) { body(term) }
        for place in placesByEnding(withSuffix: end) {
            let term = number(byEnding: place)
            // Those with the same start were found above.
            if !self[term].starts(with: start), isWithinOneEdit(word, self[term], transposes: transposes) { body(term) }
        }
        if transposes { lookUpTransposition(across: middle, of: word, body) }
    }

    /// The one word that changes both halves by a single edit.
    private func lookUpTransposition(across middle: Int, of word: UnsafeBufferPointer<UInt8>, _ body: (Int) -> Void) {
        guard middle > 0, middle < word.count else { return }
        var last = middle - 1
        while last > 0, isContinuation(word[last]) { last -= 1 }
        var next = middle + 1
        while next < word.count, isContinuation(word[next]) { next += 1 }
        withUnsafeTemporaryAllocation(of: UInt8.self, capacity: word.count) { swapped in
            _ = swapped.initialize(from: word)
            let length = next - middle
            for i in 0..<length { swapped[last + i] = word[middle + i] }
            for i in 0..<(middle - last) { swapped[last + length + i] = word[last + i] }
            let candidate = UnsafeBufferPointer(swapped)
            // Equal scalars change nothing, and then the word itself was found above.
            if let term = number(of: candidate), compare(candidate, word) != 0, !self[term].starts(with: word[..<middle]),
                !isSuffix(word[middle...], of: self[term])
            {
                body(term)
            }
        }
    }

    private func isSuffix(_ suffix: Slice<UnsafeBufferPointer<UInt8>>, of term: UnsafeBufferPointer<UInt8>) -> Bool {
        term.count >= suffix.count && term[(term.count - suffix.count)...].elementsEqual(suffix)
    }

    private func forEachTermWithinTwoEdits(
        of word: UnsafeBufferPointer<UInt8>, transposes: Bool, _ body: (Int) -> Void
    ) {
        let wanted = Array(String(decoding: word, as: UTF8.self).unicodeScalars)
        let middle = wanted.count / 2
        let end = word[wanted[..<middle].reduce(0) { $0 + UTF8.width($1) }...]
        var whole = EditRows(wanted, edits: 2, transposes: transposes, firstHalf: 0)
        for place in placesByEnding(withSuffix: UnsafeBufferPointer(rebasing: end)) {
            let term = number(byEnding: place)
            if whole.compare(self[term]).isNear { body(term) }
        }
        walk(EditRows(wanted, edits: 2, transposes: transposes, firstHalf: middle)) { term in
            if !isSuffix(end, of: self[term]) { body(term) }
        }
    }

    /// Calls `body` with every term that is near.
    private func walk(_ rows: consuming EditRows, _ body: (Int) -> Void) {
        var term = 0
        while term < count {
            let bytes = self[term]
            let (isNear, deadBytes) = rows.compare(bytes)
            if isNear { body(term) }
            guard let deadBytes, deadBytes < bytes.count else {
                term += 1
                continue
            }
            // No term that starts like this can come near.
            term = end(ofPrefix: UnsafeBufferPointer(rebasing: bytes[..<deadBytes]), from: term)
        }
    }
}

/// The edit distance table (restricted: a transposed pair is not edited again) of one word against term after term.
/// Neighbours in the dictionary start alike, and the rows of what they share are kept.
private struct EditRows {
    private let wanted: [Unicode.Scalar]
    private let edits: Int
    private let transposes: Bool
    /// So many scalars of the word may have one edit less.
    private let firstHalf: Int
    /// Row after row, `wanted.count + 1` values each.
    private var table: [Int16]
    /// Least value of each row, one more for those in the first half that a transposition cannot lead out of.
    private var least: [Int16] = [0]
    /// Of the term before.
    private var scalars: [Unicode.Scalar] = []

    init(_ wanted: [Unicode.Scalar], edits: Int, transposes: Bool, firstHalf: Int) {
        self.wanted = wanted
        self.edits = edits
        self.transposes = transposes
        self.firstHalf = firstHalf
        table = (0...wanted.count).map { Int16(clamping: $0 > 0 && $0 <= firstHalf && $0 >= edits ? edits + 1 : $0) }
    }

    /// Whether the term is near, and after how many of its bytes no continuation can be.
    mutating func compare(_ term: UnsafeBufferPointer<UInt8>) -> (isNear: Bool, deadBytes: Int?) {
        var (place, byte) = (0, 0)
        var isShared = true
        while byte < term.count {
            let (scalar, length) = decode(term, byte)
            byte += length
            if isShared, place < scalars.count, scalars[place] == scalar {
                place += 1
            } else {
                if isShared { forget(from: place) }
                isShared = false
                scalars.append(scalar)
                place += 1
                addRow(place)
            }
            if Int(least[place]) > edits, !transposes || Int(least[place - 1]) > edits - 1 {
                forget(from: place)
                return (false, byte)
            }
        }
        if isShared { forget(from: place) }
        return (Int(table[place * (wanted.count + 1) + wanted.count]) <= edits, nil)
    }

    private mutating func forget(from place: Int) {
        scalars.removeLast(scalars.count - place)
        least.removeLast(least.count - place - 1)
        table.removeLast(table.count - (place + 1) * (wanted.count + 1))
    }

    private mutating func addRow(_ i: Int) {
        let width = wanted.count + 1
        let (row, above) = (i * width, (i - 1) * width)
        // Far from the diagonal there are more edits than that.
        let tooMany = Int16(clamping: edits + 1)
        table.append(contentsOf: repeatElement(tooMany, count: width))
        if i < edits || i == edits && firstHalf == 0 { table[row] = Int16(clamping: i) }
        var smallest = table[row] + (firstHalf > 1 ? 1 : 0)
        let first = max(0, i - 1 - edits)
        let scalar = scalars[i - 1]
        let scalarBefore = i > 1 ? scalars[i - 2] : nil
        table.withUnsafeMutableBufferPointer { table in
            for j in first..<max(first, min(wanted.count, i + edits)) {
                var best = min(table[above + j] + (scalar == wanted[j] ? 0 : 1), table[row + j] + 1, table[above + j + 1] + 1)
                if transposes, j > 0, scalar == wanted[j - 1], scalarBefore == wanted[j] {
                    best = min(best, table[above - width + j - 1] + 1)
                }
                if j < firstHalf, best >= edits { best = tooMany }
                table[row + j + 1] = best
                smallest = min(smallest, best + (j + 2 < firstHalf ? 1 : 0))
            }
        }
        least.append(smallest)
    }

    /// The scalar that starts at a byte of valid UTF-8, and its length.
    private func decode(_ bytes: UnsafeBufferPointer<UInt8>, _ start: Int) -> (Unicode.Scalar, Int) {
        let first = bytes[start]
        if first < 0x80 { return (Unicode.Scalar(first), 1) }
        let length = first >= 0xF0 ? 4 : first >= 0xE0 ? 3 : 2
        var value = UInt32(first) & (0xFF >> UInt32(length + 1))
        for offset in 1..<length where start + offset < bytes.count { value = value << 6 | UInt32(bytes[start + offset] & 0x3F) }
        return (Unicode.Scalar(value) ?? "\u{FFFD}", min(length, bytes.count - start))
    }
}

/// Whether two words of UTF-8 differ by at most one insertion, deletion or substitution of a scalar, or, if asked for,
/// by two neighbours in each other's place. O(length).
func isWithinOneEdit(_ a: UnsafeBufferPointer<UInt8>, _ b: UnsafeBufferPointer<UInt8>, transposes: Bool) -> Bool {
    let shorter = min(a.count, b.count)
    // A scalar has at most four bytes.
    guard max(a.count, b.count) - shorter <= 4 else { return false }
    var front = 0
    while front < shorter, a[front] == b[front] { front &+= 1 }
    while front > 0, front < a.count && isContinuation(a[front]) || front < b.count && isContinuation(b[front]) { front &-= 1 }
    var back = 0
    while back < shorter - front, a[a.count &- 1 &- back] == b[b.count &- 1 &- back] { back &+= 1 }
    // The ends must begin with whole scalars.
    while back > 0, isContinuation(a[a.count &- back]) { back &-= 1 }
    let (restA, restB) = (a[front..<(a.count - back)], b[front..<(b.count - back)])
    let (countA, countB) = (scalarCount(restA), scalarCount(restB))
    if max(countA, countB) <= 1 { return true }
    guard transposes, countA == 2, countB == 2 else { return false }
    let (lengthA, lengthB) = (firstScalarLength(restA), firstScalarLength(restB))
    return restA.prefix(lengthA).elementsEqual(restB.dropFirst(lengthB))
        && restA.dropFirst(lengthA).elementsEqual(restB.prefix(lengthB))
}

@inline(__always)
private func isContinuation(_ byte: UInt8) -> Bool { byte & 0xC0 == 0x80 }

private func scalarCount(_ bytes: Slice<UnsafeBufferPointer<UInt8>>) -> Int {
    bytes.reduce(0) { $0 + (isContinuation($1) ? 0 : 1) }
}

private func firstScalarLength(_ bytes: Slice<UnsafeBufferPointer<UInt8>>) -> Int {
    1 + bytes.dropFirst().prefix { isContinuation($0) }.count
}
