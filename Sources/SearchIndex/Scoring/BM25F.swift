/// How term frequencies become a text score.
///
/// Frequencies are weighted by field, divided by a length norm, added, saturated once by `k1` and multiplied by the
/// word's idf: `Σ idf · tf / (tf + k1)`. (Robertson & Zaragoza 2009, "The Probabilistic Relevance Framework", §3.6;
/// idf as Lucene's `ln(1 + (N − df + 0.5) / (df + 0.5))`; without BM25's constant factor `k1 + 1`.)
public struct TextScoring: Hashable, Sendable {
    public enum LengthNorm: Hashable, Sendable {
        /// One norm from the set's fields together, as if they were a single field.
        case joint(b: Double)
        /// A norm for each field, `b` by field.
        case perField(b: [Double])
    }
    /// Position in `IndexSchema.fieldSets`.
    public var fieldSet: Int
    /// Weight by field of the schema; fields outside the set are not read.
    public var fieldWeights: [Double]
    public var k1: Double
    public var lengthNorm: LengthNorm

    public init(fieldSet: Int, fieldWeights: [Double], k1: Double = 1.2, lengthNorm: LengthNorm) {
        self.fieldSet = fieldSet
        self.fieldWeights = fieldWeights
        self.k1 = k1
        self.lengthNorm = lengthNorm
    }

    /// Plain BM25 over a field set read as one field.
    public static func bm25(fieldSet: Int, k1: Double = 1.2, b: Double = 0.75) -> TextScoring {
        TextScoring(
            fieldSet: fieldSet, fieldWeights: Array(repeating: 1, count: IndexSchema.maximumFields), k1: k1,
            lengthNorm: .joint(b: b))
    }
}

/// A scoring against the statistics of the whole view. A class, so that handing it down copies nothing.
///
/// Sendable: nothing writes it after `init`.
final class BM25F: @unchecked Sendable {
    private let weights: InlineArray<8, Double>
    private let bs: InlineArray<8, Double>
    private let meanLengths: InlineArray<8, Double>
    /// Numbers of the set's fields, the first `setSize` of them.
    private let fields: InlineArray<8, Int>
    private let setSize: Int
    let fieldSet: Int
    private let fieldCount: Int
    let isJoint: Bool
    private let meanJointLength: Double
    private let mask: UInt8
    let k1: Double
    /// The bytes of a frequency pattern that belong to the set.
    let setBits: UInt64
    /// By field and length, weight over norm where each field has its own: a load in place of two divisions. Few fields
    /// are longer than the last length.
    private let factors: UnsafeMutablePointer<Double>
    private static let factorLengths = 256

    init(_ scoring: TextScoring, schema: IndexSchema, statistics: CorpusStatistics) {
        let set = schema.fieldSets[scoring.fieldSet]
        var fields = InlineArray<8, Int>(repeating: 0)
        var size = 0
        for field in schema.fields.indices where set.contains(field) {
            fields[size] = field
            size += 1
        }
        self.fields = fields
        setSize = size
        fieldSet = scoring.fieldSet
        fieldCount = schema.fields.count
        setBits = set.patternBits
        weights = InlineArray { $0 < scoring.fieldWeights.count ? scoring.fieldWeights[$0] : 0 }
        k1 = scoring.k1
        switch scoring.lengthNorm {
        case .joint(let b):
            isJoint = true
            bs = InlineArray { _ in b }
        case .perField(let b):
            isJoint = false
            bs = InlineArray { $0 < b.count ? b[$0] : 0 }
        }
        meanLengths = InlineArray { statistics.meanLength(ofFields: 1 << UInt8($0)) }
        meanJointLength = statistics.meanLength(ofFields: set.mask)
        mask = set.mask
        factors = .allocate(capacity: isJoint ? 0 : fieldCount * BM25F.factorLengths)
        guard !isJoint else { return }
        for field in 0..<fieldCount {
            for length in 0..<BM25F.factorLengths {
                (factors + (field * BM25F.factorLengths + length)).initialize(to: computedFactor(field, UInt16(length)))
            }
        }
    }

    deinit { factors.deallocate() }

    private func computedFactor(_ field: Int, _ length: UInt16) -> Double {
        weights[field] / (1 - bs[field] + bs[field] * Double(length) / meanLengths[field])
    }

    @inline(__always)
    private func factor(_ field: Int, _ length: UInt16) -> Double {
        length < BM25F.factorLengths ? factors[field &* BM25F.factorLengths &+ Int(length)] : computedFactor(field, length)
    }

    /// The weighted, length-normalised frequency of a term in a row.
    @inline(__always)
    func frequency(_ pattern: FrequencyPattern, _ lengths: FieldLengths, row: Int) -> Double {
        if isJoint { return jointFrequency(pattern) / jointNorm(lengths, row: row) }
        var frequency = 0.0
        let base = row &* fieldCount
        var rest = pattern.bits & setBits
        while rest != 0 {
            let field = rest.trailingZeroBitCount >> 3
            rest &= ~(255 << UInt64(field << 3))
            frequency += Double(pattern[field]) * factor(field, lengths.byField[base &+ field])
        }
        return frequency
    }

    /// Weighted frequency of a pattern whose fields are read as one; below 0 where no field of the set holds the term.
    func jointFrequency(_ pattern: FrequencyPattern) -> Double {
        if pattern.bits & setBits == 0 { return -1 }
        var frequency = 0.0
        for i in 0..<setSize { frequency += weights[fields[i]] * Double(pattern[fields[i]]) }
        return frequency
    }

    /// The norm of a row whose fields are read as one.
    @inline(__always)
    func jointNorm(_ lengths: FieldLengths, row: Int) -> Double {
        jointNorm(length: lengths.joint[fieldSet &* lengths.rowCount &+ row])
    }

    @inline(__always)
    func jointNorm(length: UInt16) -> Double { 1 - bs[0] + bs[0] * Double(length) / meanJointLength }

    /// Whether two postings have the same frequency whatever the mean lengths are.
    func scoresAlike(_ a: FrequencyPattern, row rowA: Int, _ b: FrequencyPattern, row rowB: Int, _ lengths: FieldLengths) -> Bool {
        if isJoint {
            let base = fieldSet &* lengths.rowCount
            return lengths.joint[base &+ rowA] == lengths.joint[base &+ rowB] && jointFrequency(a) == jointFrequency(b)
        }
        for i in 0..<setSize {
            let field = fields[i]
            if a[field] != b[field] { return false }
            if a[field] > 0, lengths.byField[rowA &* fieldCount &+ field] != lengths.byField[rowB &* fieldCount &+ field] {
                return false
            }
        }
        return true
    }

    /// 0 to below 1.
    @inline(__always)
    func saturation(_ frequency: Double) -> Double { frequency / (frequency + k1) }

    /// A word's share of the score.
    @inline(__always)
    func score(frequency: Double, idf: Double) -> Double { idf * saturation(frequency) }

    /// How much greater a saturated frequency can be than the one computed with other mean lengths: norms fall at most
    /// by the ratio of the means, and saturation only softens that.
    func growth(since statistics: CorpusStatistics) -> Double {
        func ratio(_ mean: Double, _ old: Double) -> Double { max(1, mean / old) }
        if isJoint { return ratio(meanJointLength, statistics.meanLength(ofFields: mask)) }
        var greatest = 1.0
        for i in 0..<setSize {
            greatest = max(greatest, ratio(meanLengths[fields[i]], statistics.meanLength(ofFields: 1 << UInt8(fields[i]))))
        }
        return greatest
    }

    /// Lucene's inverse document frequency, never negative.
    static func idf(documentCount: Int, documentFrequency: Int) -> Double {
        let (n, df) = (Double(documentCount), Double(documentFrequency))
        return naturalLogarithm(1 + max(n - df + 0.5, 0.5) / (df + 0.5))
    }
}

/// Figures over all segments of a view. Documents that were replaced count until the segments are merged.
struct CorpusStatistics: Sendable {
    var documentCount = 0
    var totalLengths: [Int]

    /// Mean number of terms in some fields together, never 0. Bit `f` of the mask stands for field `f`.
    func meanLength(ofFields mask: UInt8) -> Double {
        var total = 0
        for field in totalLengths.indices where mask >> UInt8(field) & 1 == 1 { total += totalLengths[field] }
        return max(Double(total) / Double(max(documentCount, 1)), 1e-9)
    }
}
