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

/// The scoring of one query against the statistics of the whole view.
struct BM25F: Sendable {
    private let fields: [Int]
    private let weights: [Double]
    private let k1: Double
    private let norm: TextScoring.LengthNorm
    private let averageLengths: [Double]
    private let averageJointLength: Double

    init(_ scoring: TextScoring, schema: IndexSchema, statistics: CorpusStatistics) {
        let set = schema.fieldSets[scoring.fieldSet]
        fields = schema.fields.indices.filter(set.contains)
        weights = scoring.fieldWeights
        k1 = scoring.k1
        norm = scoring.lengthNorm
        let documents = Double(max(statistics.documentCount, 1))
        averageLengths = statistics.totalLengths.map { max(Double($0) / documents, 1e-9) }
        averageJointLength = max(Double(fields.reduce(0) { $0 + statistics.totalLengths[$1] }) / documents, 1e-9)
    }

    /// The weighted, length-normalised frequency of a term in a document.
    @inline(__always)
    func frequency(_ pattern: FrequencyPattern, in segment: IndexSnapshot, row: Int) -> Double {
        let base = row * segment.schema.fields.count
        switch norm {
        case .joint(let b):
            var frequency = 0.0
            var length = 0
            for field in fields {
                frequency += weights[field] * Double(pattern[field])
                length += Int(segment.fieldLengths[base + field])
            }
            return frequency / (1 - b + b * Double(length) / averageJointLength)
        case .perField(let b):
            var frequency = 0.0
            for field in fields where pattern[field] > 0 {
                let length = Double(segment.fieldLengths[base + field])
                frequency +=
                    weights[field] * Double(pattern[field])
                    / (1 - b[field] + b[field] * length / averageLengths[field])
            }
            return frequency
        }
    }

    /// A word's share of the score.
    @inline(__always)
    func score(frequency: Double, idf: Double) -> Double { idf * frequency / (frequency + k1) }

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
}
