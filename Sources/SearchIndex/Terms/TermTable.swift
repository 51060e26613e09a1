/// Numbers terms while an index is built: open addressing over one byte buffer, no String per term.
struct TermTable {
    private var bytes: [UInt8] = []
    private var starts: [UInt32] = [0]
    /// Term number + 1 by slot; 0 is free. The count is a power of two, at least twice that of the terms.
    private var slots = [UInt32](repeating: 0, count: 1 << 12)
    private var hashes: [UInt64] = []

    var count: Int { hashes.count }

    /// The term's number, new when it was not seen before. Amortised O(length).
    @inline(__always)
    mutating func number(of term: UnsafeBufferPointer<UInt8>) -> UInt32 {
        let hash = TermTable.hash(term)
        let mask = slots.count &- 1
        var slot = Int(truncatingIfNeeded: hash) & mask
        while slots[slot] != 0 {
            let candidate = slots[slot] &- 1
            if hashes[Int(candidate)] == hash, isTerm(Int(candidate), term) { return candidate }
            slot = (slot &+ 1) & mask
        }
        return add(term, hash)
    }

    @inline(__always)
    private func isTerm(_ number: Int, _ term: UnsafeBufferPointer<UInt8>) -> Bool {
        let (start, end) = (Int(starts[number]), Int(starts[number + 1]))
        guard end &- start == term.count else { return false }
        return bytes.withUnsafeBufferPointer { bytes in
            var i = 0
            while i < term.count {
                if bytes[start &+ i] != term[i] { return false }
                i &+= 1
            }
            return true
        }
    }

    @inline(never)
    private mutating func add(_ term: UnsafeBufferPointer<UInt8>, _ hash: UInt64) -> UInt32 {
        bytes.append(contentsOf: term)
        starts.append(UInt32(bytes.count))
        hashes.append(hash)
        if count * 2 > slots.count {
            slots = [UInt32](repeating: 0, count: slots.count * 2)
            for number in hashes.indices { place(number) }
        } else {
            place(count - 1)
        }
        return UInt32(count - 1)
    }

    private mutating func place(_ number: Int) {
        var slot = Int(truncatingIfNeeded: hashes[number]) & (slots.count - 1)
        while slots[slot] != 0 { slot = (slot + 1) & (slots.count - 1) }
        slots[slot] = UInt32(number + 1)
    }

    /// FNV-1a with a final mix, since the low bits choose the slot.
    @inline(__always)
    private static func hash(_ term: UnsafeBufferPointer<UInt8>) -> UInt64 {
        var hash: UInt64 = 0xcbf2_9ce4_8422_2325
        for byte in term { hash = (hash ^ UInt64(byte)) &* 0x100_0000_01b3 }
        return (hash ^ hash >> 32) &* 0x9E37_79B9_7F4A_7C15
    }

    /// Term numbers in the order of their bytes.
    func sortedNumbers() -> [Int] {
        withTerms { term in (0..<count).sorted { compare(term($0), term($1)) < 0 } }
    }

    /// The bytes of terms by number, during the call.
    func withTerms<Result>(_ body: ((Int) -> UnsafeBufferPointer<UInt8>) -> Result) -> Result {
        bytes.withUnsafeBufferPointer { bytes in
            body { UnsafeBufferPointer(rebasing: bytes[Int(starts[$0])..<Int(starts[$0 + 1])]) }
        }
    }
}

/// Writes a dictionary, terms in the order of their bytes.
struct TermDictionaryWriter {
    private var bytes: [UInt8] = []
    private var ends: [UInt32] = []

    mutating func append(_ term: UnsafeBufferPointer<UInt8>) {
        bytes.append(contentsOf: term)
        ends.append(UInt32(bytes.count))
    }

    func write(to parts: inout IndexParts) {
        let byEnding = bytes.withUnsafeBufferPointer { bytes in
            func term(_ number: UInt32) -> UnsafeBufferPointer<UInt8> {
                UnsafeBufferPointer(rebasing: bytes[Int(number == 0 ? 0 : ends[Int(number) - 1])..<Int(ends[Int(number)])])
            }
            return (0..<UInt32(ends.count)).sorted { compareBackwards(term($0), term($1)) < 0 }
        }
        parts.set(.termBytes, bytes)
        parts.set(.termEnds, ends)
        parts.set(.termsByEnding, byEnding)
    }
}
