/// Numbers terms while an index is built: open addressing over one byte buffer, no String per term.
struct TermTable {
    private(set) var bytes: [UInt8] = []
    private(set) var ends: [UInt32] = []
    /// Term number + 1 by slot; 0 is free. The count is a power of two.
    private var slots = [UInt32](repeating: 0, count: 1 << 12)
    private var hashes: [UInt64] = []

    var count: Int { ends.count }

    /// The term's number, new when it was not seen before. Amortised O(length).
    mutating func number(of term: ArraySlice<UInt8>) -> UInt32 {
        let hash = TermTable.hash(term)
        var slot = Int(truncatingIfNeeded: hash) & (slots.count - 1)
        while slots[slot] != 0 {
            let candidate = Int(slots[slot] - 1)
            if hashes[candidate] == hash, bytes[range(candidate)] == term { return UInt32(candidate) }
            slot = (slot + 1) & (slots.count - 1)
        }
        bytes += term
        ends.append(UInt32(bytes.count))
        hashes.append(hash)
        slots[slot] = UInt32(count)
        if count * 2 > slots.count { grow() }
        return UInt32(count - 1)
    }

    private func range(_ term: Int) -> Range<Int> { Int(term == 0 ? 0 : ends[term - 1])..<Int(ends[term]) }

    private mutating func grow() {
        slots = [UInt32](repeating: 0, count: slots.count * 2)
        for (term, hash) in hashes.enumerated() {
            var slot = Int(truncatingIfNeeded: hash) & (slots.count - 1)
            while slots[slot] != 0 { slot = (slot + 1) & (slots.count - 1) }
            slots[slot] = UInt32(term + 1)
        }
    }

    /// FNV-1a with a final mix, since the low bits choose the slot.
    private static func hash(_ term: ArraySlice<UInt8>) -> UInt64 {
        var hash: UInt64 = 0xcbf2_9ce4_8422_2325
        for byte in term { hash = (hash ^ UInt64(byte)) &* 0x100_0000_01b3 }
        return (hash ^ hash >> 32) &* 0x9E37_79B9_7F4A_7C15
    }

    /// The terms sorted by their bytes, and each old number's new one.
    func sorted() -> (dictionary: TermDictionary, newNumbers: [UInt32]) {
        let order = (0..<count).sorted { bytes[range($0)].lexicographicallyPrecedes(bytes[range($1)]) }
        var sortedBytes: [UInt8] = []
        var sortedEnds: [UInt32] = []
        var newNumbers = [UInt32](repeating: 0, count: count)
        sortedBytes.reserveCapacity(bytes.count)
        for (new, old) in order.enumerated() {
            sortedBytes += bytes[range(old)]
            sortedEnds.append(UInt32(sortedBytes.count))
            newNumbers[old] = UInt32(new)
        }
        return (TermDictionary(bytes: sortedBytes, ends: sortedEnds), newNumbers)
    }
}
