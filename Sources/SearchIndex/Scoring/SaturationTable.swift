/// Saturated frequencies `f / (f + k1)` of a scoring that joins its fields with weights of 1, for the frequencies and
/// lengths nearly all postings have: a load in place of two divisions.
///
/// Sendable: nothing writes it after `init`.
final class SaturationTable: @unchecked Sendable {
    /// By what `JointFrequencies` says of a posting, then joint length; the last length stands for all from it on. Below 0
    /// where the set does not hold the term, NaN where the value has to be computed.
    let values: UnsafePointer<Double>

    static let greatestFrequency = 15
    static let lengths = 256

    /// O(frequencies · lengths).
    init(_ scoring: BM25F) {
        let values = UnsafeMutablePointer<Double>.allocate(
            capacity: (Int(JointFrequencies.outside) + 1) * SaturationTable.lengths)
        for length in 0..<SaturationTable.lengths {
            let norm = scoring.jointNorm(length: UInt16(length))
            values[SaturationTable.place(JointFrequencies.other, length)] = .nan
            values[SaturationTable.place(JointFrequencies.outside, length)] = -1
            for frequency in 1...SaturationTable.greatestFrequency {
                let isKnown = length < SaturationTable.lengths - 1
                values[SaturationTable.place(UInt8(frequency), length)] =
                    isKnown ? scoring.saturation(Double(frequency) / norm) : .nan
            }
        }
        self.values = UnsafePointer(values)
    }

    deinit { values.deallocate() }

    @inline(__always)
    static func place(_ frequency: UInt8, _ length: Int) -> Int { Int(frequency) &* lengths &+ length }
}

/// What the number of a frequency pattern means to a scoring that joins its fields: the frequency where the table knows
/// it, or one of two marks.
///
/// Sendable: nothing writes it after `init`.
final class JointFrequencies: @unchecked Sendable {
    /// By pattern number.
    let values: UnsafePointer<UInt8>
    /// By pattern number: their `FrequencyClass`.
    let classes: UnsafePointer<UInt8>

    /// A frequency the table has no place for.
    static let other: UInt8 = 0
    /// No field of the set holds the term.
    static let outside = UInt8(SaturationTable.greatestFrequency + 1)

    init(_ patterns: [FrequencyPattern], _ scoring: BM25F) {
        let values = UnsafeMutablePointer<UInt8>.allocate(capacity: max(patterns.count, 1))
        let classes = UnsafeMutablePointer<UInt8>.allocate(capacity: max(patterns.count, 1))
        for (number, pattern) in patterns.enumerated() {
            let frequency = scoring.jointFrequency(pattern)
            if frequency < 0 {
                values[number] = JointFrequencies.outside
            } else {
                let isKnown = frequency >= 1 && frequency <= Double(SaturationTable.greatestFrequency)
                values[number] = isKnown && frequency == frequency.rounded(.down) ? UInt8(frequency) : JointFrequencies.other
            }
            classes[number] = FrequencyClass.of(values[number])
        }
        self.values = UnsafePointer(values)
        self.classes = UnsafePointer(classes)
    }

    deinit {
        values.deallocate()
        classes.deallocate()
    }
}

/// How often a row holds a word, as one of few: 1 to 6, or one of two marks.
enum FrequencyClass {
    /// More often, or not a whole number.
    static let unknown = 0
    private static let greatestFrequency = 6
    /// In no field of the set.
    static let outside = 7
    static let count = 8

    /// The class of what `JointFrequencies` says.
    static func of(_ frequency: UInt8) -> UInt8 {
        switch frequency {
        case JointFrequencies.outside: UInt8(outside)
        case JointFrequencies.other: UInt8(unknown)
        default: frequency <= greatestFrequency ? frequency : UInt8(unknown)
        }
    }
}
