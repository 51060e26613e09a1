/// How often a term stands in each field of one document, a byte a field: from 255 on it counts as 255. Few different
/// patterns exist, so a posting holds the number of one.
struct FrequencyPattern: Hashable, Sendable, BitwiseCopyable {
    private(set) var bits: UInt64 = 0

    init(bits: UInt64 = 0) { self.bits = bits }

    @inline(__always)
    subscript(field: Int) -> Int { Int(truncatingIfNeeded: bits >> UInt64(field << 3) & 255) }

    @inline(__always)
    mutating func increment(_ field: Int) {
        if self[field] < 255 { bits &+= 1 << UInt64(field << 3) }
    }

    /// Bit `f` is set when field `f` holds the term.
    var fieldMask: UInt8 {
        (0..<IndexSchema.maximumFields).reduce(0) { $0 | (self[$1] > 0 ? 1 << UInt8($1) : 0) }
    }

    /// The same fields with every frequency cut to 1: one of 256 patterns.
    fileprivate var presence: FrequencyPattern {
        FrequencyPattern(
            bits: (0..<IndexSchema.maximumFields).reduce(0) { $0 | (self[$1] > 0 ? 1 << UInt64($1 << 3) : 0) })
    }
}

/// The patterns of a segment, numbered in two bytes: open addressing over their bits.
struct FrequencyPatternTable: Sendable {
    private(set) var patterns: [FrequencyPattern] = []
    /// Pattern number + 1 by slot; 0 is free. The count is a power of two, at least twice that of the patterns.
    private var slots = [UInt32](repeating: 0, count: 1 << 10)

    /// The pattern's number. When the exact ones run out (a collection of books, not of doctors), a new pattern
    /// keeps only which fields hold the term; the last 256 numbers are reserved for those.
    @inline(__always)
    mutating func number(of pattern: FrequencyPattern) -> UInt16 {
        let slot = slot(of: pattern)
        return slots[slot] != 0 ? UInt16(truncatingIfNeeded: slots[slot] &- 1) : add(pattern)
    }

    @inline(__always)
    private func slot(of pattern: FrequencyPattern) -> Int {
        let mask = slots.count &- 1
        var slot = Int(truncatingIfNeeded: (pattern.bits &* 0x9E37_79B9_7F4A_7C15) >> 32) & mask
        while slots[slot] != 0, patterns[Int(slots[slot] &- 1)] != pattern { slot = (slot &+ 1) & mask }
        return slot
    }

    @inline(never)
    private mutating func add(_ pattern: FrequencyPattern) -> UInt16 {
        if patterns.count >= FrequencyPatternTable.exactCapacity {
            let slot = slot(of: pattern.presence)
            if slots[slot] != 0 { return UInt16(slots[slot] - 1) }
        }
        patterns.append(patterns.count < FrequencyPatternTable.exactCapacity ? pattern : pattern.presence)
        if patterns.count * 2 > slots.count {
            slots = [UInt32](repeating: 0, count: slots.count * 2)
            for number in patterns.indices { slots[slot(of: patterns[number])] = UInt32(number + 1) }
        } else {
            slots[slot(of: patterns[patterns.count - 1])] = UInt32(patterns.count)
        }
        return UInt16(patterns.count - 1)
    }

    private static let exactCapacity = 65_536 - 256
}
