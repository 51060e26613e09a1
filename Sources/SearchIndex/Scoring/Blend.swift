/// The one relevance formula: a sum of non-negative weights × components in [0, 1].
///
/// A component is 0 where the document or the query lacks what it needs, so no document is favoured by a gap.
public struct Blend: Hashable, Sendable {
    /// What a component of the sum measures.
    public enum Component: Hashable, Sendable {
        /// `T / (T + halfScore)` of the text score T.
        case text(halfScore: Double)
        /// The greatest value among the preferred tags that the document bears, 0…1.
        case preferredTags([PreferredTag])
        /// `(rating − 1) / 4`.
        case rating
        /// `Signals.quality`.
        case quality
        /// `pivot / (pivot + fee)`.
        case fee(pivotCents: Double)
        /// Falls from 1 for a slot at `nowMinute` to 0 after the horizon; slots before now count 0 unless `countsPast`.
        case availability(nowMinute: Int, horizonMinutes: Double, countsPast: Bool)
        /// Falls from 1 at the point to 0 at the radius.
        case linearDistance(from: GeoPoint, radiusMetres: Double)
        /// `pivot / (pivot + distance)`: half at the pivot.
        case decayingDistance(from: GeoPoint, pivotMetres: Double)
    }

    /// A component with its weight and the name an explanation shows.
    public struct Part: Hashable, Sendable {
        public var name: String
        public var weight: Double
        public var component: Component

        public init(_ name: String, weight: Double, _ component: Component) {
            precondition(weight >= 0, "a negative weight would break the score's bounds")
            self.name = name
            self.weight = weight
            self.component = component
        }
    }

    public let parts: [Part]

    /// - Parameter parts: at most eight.
    public init(_ parts: [Part]) {
        precondition(parts.count <= Blend.maximumParts, "a blend has room for eight parts")
        self.parts = parts
    }

    static let maximumParts = 8
}

/// A tag that lifts a document in the blend.
public struct PreferredTag: Hashable, Sendable {
    public var tag: Tag
    /// 0…1.
    public var value: Double

    public init(_ tag: Tag, value: Double) {
        precondition((0...1).contains(value), "a component lies between 0 and 1")
        self.tag = tag
        self.value = value
    }
}

/// A blend made ready for one segment. A class, so that asking it copies nothing.
final class BlendScorer {
    private enum Input: BitwiseCopyable {
        case text(halfScore: Double)
        /// Places in `preferred`.
        case tags(first: Int, end: Int)
        case rating
        case quality
        case fee(pivotCents: Double)
        case availability(now: Int, horizon: Double, countsPast: Bool)
        case linearDistance(DistanceFrom, radiusMetres: Double)
        case decayingDistance(DistanceFrom, pivotMetres: Double)
    }
    private struct Part: BitwiseCopyable {
        var weight = 0.0
        var input = Input.rating
    }
    private let segment: IndexSnapshot
    private let parts: InlineArray<8, Part>
    private let partCount: Int
    private let preferred: [(rows: RowList, value: Double)]

    init(_ blend: Blend, segment: IndexSnapshot) {
        self.segment = segment
        var preferred: [(rows: RowList, value: Double)] = []
        var parts = InlineArray<8, Part>(repeating: Part())
        for (number, part) in blend.parts.enumerated() {
            let input: Input
            switch part.component {
            case .text(let halfScore): input = .text(halfScore: halfScore)
            case .preferredTags(let tags):
                input = .tags(first: preferred.count, end: preferred.count + tags.count)
                preferred += tags.map { (segment.tags.rows(of: $0.tag), $0.value) }
            case .rating: input = .rating
            case .quality: input = .quality
            case .fee(let pivot): input = .fee(pivotCents: pivot)
            case .availability(let now, let horizon, let countsPast):
                input = .availability(now: now, horizon: horizon, countsPast: countsPast)
            case .linearDistance(let point, let radius):
                input = .linearDistance(DistanceFrom(point), radiusMetres: radius)
            case .decayingDistance(let point, let pivot):
                input = .decayingDistance(DistanceFrom(point), pivotMetres: pivot)
            }
            parts[number] = Part(weight: part.weight, input: input)
        }
        self.parts = parts
        partCount = blend.parts.count
        self.preferred = preferred
    }

    /// The blended score of a row.
    func score(row: Int, textScore: Double) -> Double {
        var sum = 0.0
        for number in 0..<partCount {
            sum += parts[number].weight * value(parts[number].input, row: row, textScore: textScore)
        }
        return sum
    }

    /// Every component's value in the blend's order, for explanations.
    func values(row: Int, textScore: Double) -> [Double] {
        (0..<partCount).map { value(parts[$0].input, row: row, textScore: textScore) }
    }

    private func value(_ input: Input, row: Int, textScore: Double) -> Double {
        let signals = segment.signals
        switch input {
        case .text(let halfScore):
            return textScore > 0 ? textScore / (textScore + halfScore) : 0
        case .tags(let first, let end):
            var best = 0.0
            for place in first..<end where preferred[place].value > best && preferred[place].rows.contains(row) {
                best = preferred[place].value
            }
            return best
        case .rating:
            let rating = signals.ratings[row]
            return rating == 0 ? 0 : (Double(rating) / Columns.ratingScale - 1) / 4
        case .quality:
            return Double(signals.qualities[row]) / Double(UInt16.max)
        case .fee(let pivot):
            let fee = signals.feesCents[row]
            return fee == Columns.noFee ? 0 : pivot / (pivot + Double(fee))
        case .availability(let now, let horizon, let countsPast):
            let slot = signals.nextAvailableMinutes[row]
            guard slot != Columns.noSlot else { return 0 }
            let wait = Int(slot) - now
            if wait < 0 { return countsPast ? 1 : 0 }
            return max(0, 1 - Double(wait) / horizon)
        case .linearDistance(let from, let radius):
            guard let metres = segment.metres(from: from, row: row) else { return 0 }
            if radius <= 0 { return metres <= 0 ? 1 : 0 }
            return max(0, 1 - metres / radius)
        case .decayingDistance(let from, let pivot):
            guard let metres = segment.metres(from: from, row: row) else { return 0 }
            return pivot / (pivot + metres)
        }
    }
}
