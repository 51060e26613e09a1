import Foundation

/// Complement naive Bayes (Rennie, Shih, Teevan, Karger 2003) over words, pairs of words and trigrams of letters: what a class's
/// complement seldom says speaks for the class. Right for classes of very different size, as specialties are.
struct ComplementNaiveBayes: Sendable {
    private var numbers: [UInt64: Int32] = [:]
    /// Feature-major: weights[feature · classes + class].
    private var weights: [Float] = []
    private let classCount: Int

    struct Example {
        let tokens: [String]
        /// Class and share, shares adding up to one or less.
        let classes: [(number: Int, share: Double)]
    }

    private static let smoothing = 0.4
    /// Trigrams tell less than whole words.
    private static let trigramWeight = 0.25

    init(_ examples: [Example], classCount: Int) {
        self.classCount = classCount
        var counts: [[Double]] = []
        var documents: [Double] = []
        for example in examples {
            for (feature, count) in Self.features(example.tokens) {
                let number: Int
                if let known = numbers[feature] { number = Int(known) } else {
                    number = counts.count
                    numbers[feature] = Int32(number)
                    counts.append(Array(repeating: 0, count: classCount))
                    documents.append(0)
                }
                documents[number] += 1
                for (label, share) in example.classes { counts[number][label] += share * log(1 + count) }
            }
        }
        let total = Double(max(1, examples.count))
        for feature in counts.indices {
            let idf = log(total / documents[feature])
            for label in 0..<classCount { counts[feature][label] *= idf }
        }
        let features = counts.map { $0.reduce(0, +) }
        let classTotals = (0..<classCount).map { label in counts.reduce(0) { $0 + $1[label] } }
        let all = features.reduce(0, +)
        weights = Array(repeating: 0, count: counts.count * classCount)
        var norms = Array(repeating: 0.0, count: classCount)
        for feature in counts.indices {
            for label in 0..<classCount {
                let complement = features[feature] - counts[feature][label] + Self.smoothing
                let complementTotal = all - classTotals[label] + Self.smoothing * Double(counts.count)
                let everywhere = (features[feature] + Self.smoothing) / (all + Self.smoothing * Double(counts.count))
                let weight = log(everywhere) - log(complement / complementTotal)
                weights[feature * classCount + label] = Float(weight)
                norms[label] += abs(weight)
            }
        }
    }

    /// A score for every class, the sum over features, divided by the square root of the text's length. O(features · classes).
    func scores(_ tokens: [String]) -> [Double] {
        var sums = Array(repeating: Float(0), count: classCount)
        var mass: Float = 0
        for (feature, count) in Self.features(tokens) {
            guard let number = numbers[feature] else { continue }
            let factor = Float(log(1 + count)) * (feature & 3 == 2 ? Float(Self.trigramWeight) : 1)
            mass += factor
            let start = Int(number) * classCount
            weights.withUnsafeBufferPointer { weights in
                for label in 0..<classCount { sums[label] += factor * weights[start + label] }
            }
        }
        let scale = mass > 0 ? 1 / mass.squareRoot() : 0
        return sums.map { Double($0 * scale) }
    }

    /// Counts by hash; the two lowest bits tell words, pairs and trigrams apart.
    private static func features(_ tokens: [String]) -> [UInt64: Double] {
        var counts: [UInt64: Double] = [:]
        var before: UInt64?
        for token in tokens {
            let word = hash(token.utf8)
            counts[word << 2, default: 0] += 1
            if let before { counts[(before &* 31 &+ word) << 2 | 1, default: 0] += 1 }
            before = word
            let letters = [UInt8(ascii: "_")] + Array(token.utf8) + [UInt8(ascii: "_")]
            guard letters.count >= 5 else { continue }
            for start in 0...(letters.count - 3) { counts[hash(letters[start..<start + 3]) << 2 | 2, default: 0] += 1 }
        }
        return counts
    }

    /// FNV-1a.
    private static func hash(_ bytes: some Sequence<UInt8>) -> UInt64 {
        bytes.reduce(0xCBF2_9CE4_8422_2325) { ($0 ^ UInt64($1)) &* 0x100_0000_01B3 }
    }
}
