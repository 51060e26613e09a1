/// How often a term stands in each field of one document. Few different patterns exist, so a posting holds the
/// number of one in two bytes and stays exact.
struct FrequencyPattern: Hashable, Sendable {
    /// Frequency by field.
    private(set) var values: SIMD8<UInt16> = .zero

    init(_ values: SIMD8<UInt16> = .zero) { self.values = values }

    subscript(field: Int) -> UInt16 {
        get { values[field] }
        set { values[field] = newValue }
    }

    /// Bit `f` is set when field `f` holds the term.
    var fieldMask: UInt8 {
        (0..<IndexSchema.maximumFields).reduce(0) { $0 | (values[$1] > 0 ? 1 << UInt8($1) : 0) }
    }

    /// The same fields with every frequency cut to 1: one of 256 patterns.
    fileprivate var presence: FrequencyPattern {
        var result = self
        for field in 0..<IndexSchema.maximumFields { result[field] = min(result[field], 1) }
        return result
    }
}

/// The patterns of a segment, numbered in two bytes.
struct FrequencyPatternTable: Sendable {
    private(set) var patterns: [FrequencyPattern] = []
    private var numbers: [FrequencyPattern: UInt16] = [:]

    /// The pattern's number. When the exact ones run out (a collection of books, not of doctors), a new pattern
    /// keeps only which fields hold the term; the last 256 numbers are reserved for those.
    mutating func number(of pattern: FrequencyPattern) -> UInt16 {
        if let known = numbers[pattern] { return known }
        let stored = patterns.count < FrequencyPatternTable.exactCapacity ? pattern : pattern.presence
        if let known = numbers[stored] { return known }
        let number = UInt16(patterns.count)
        patterns.append(stored)
        numbers[stored] = number
        return number
    }

    private static let exactCapacity = 65_536 - 256
}
