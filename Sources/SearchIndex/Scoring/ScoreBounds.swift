/// Values that no row of a run can exceed in a query's order, from the run's best numbers and least distance.
///
/// Safe because every component of an order rises with one stored quantity, and sums and products of non-negative
/// doubles keep that when rounded. A class, so that asking it copies nothing.
final class ScoreBounds {
    private enum Kind: BitwiseCopyable {
        case text, blend, distance, quality, reviews, fee, id
        case soonest(fromMinute: Int)
    }
    private enum Input: BitwiseCopyable {
        case constant(Double)
        case text(halfScore: Double)
        case rating
        case quality
        case fee(pivotCents: Double)
        case availability(now: Int, horizon: Double)
        case linearDistance(radiusMetres: Double)
        case decayingDistance(pivotMetres: Double)

        /// Whether it is one of the numbers of a row.
        var isOfRow: Bool {
            switch self {
            case .rating, .quality, .fee, .availability: true
            case .constant, .text, .linearDistance, .decayingDistance: false
            }
        }
    }
    private struct Part: BitwiseCopyable {
        var weight = 0.0
        var input = Input.rating
    }
    private let kind: Kind
    /// The blend's parts; distances of all of them are measured from one point, or count as 0.
    private let parts: InlineArray<8, Part>
    private let partCount: Int
    /// Where distances are measured from.
    private let from: QuickDistance?
    /// Whether the numbers of a run of rows have a say.
    let usesSignals: Bool

    init(_ order: Order) {
        kind = ScoreBounds.kind(order)
        var parts = InlineArray<8, Part>(repeating: Part())
        switch order {
        case .distance(let point):
            from = QuickDistance(point)
            partCount = 0
        case .blend(let blend):
            let points = blend.parts.compactMap(\.component.point)
            let common = points.first.flatMap { first in points.allSatisfy { $0 == first } ? first : nil }
            from = common.map(QuickDistance.init)
            for (number, part) in blend.parts.enumerated() {
                parts[number] = Part(
                    weight: part.weight, input: ScoreBounds.input(part.component, hasPoint: common != nil))
            }
            partCount = blend.parts.count
        default:
            from = nil
            partCount = 0
        }
        self.parts = parts
        usesSignals = switch order {
        case .text, .distance, .id: false
        case .blend, .soonest, .quality, .reviews, .fee: true
        }
    }

    private static func kind(_ order: Order) -> Kind {
        switch order {
        case .text: .text
        case .blend: .blend
        case .distance: .distance
        case .soonest(let fromMinute): .soonest(fromMinute: fromMinute)
        case .quality: .quality
        case .reviews: .reviews
        case .fee: .fee
        case .id: .id
        }
    }

    private static func input(_ component: Blend.Component, hasPoint: Bool) -> Input {
        switch component {
        case .text(let halfScore): .text(halfScore: halfScore)
        case .preferredTags(let tags): .constant(tags.map(\.value).max() ?? 0)
        case .rating: .rating
        case .quality: .quality
        case .fee(let pivot): .fee(pivotCents: pivot)
        case .availability(let now, let horizon, _): .availability(now: now, horizon: horizon)
        case .linearDistance(_, let radius): hasPoint && radius > 0 ? .linearDistance(radiusMetres: radius) : .constant(1)
        case .decayingDistance(_, let pivot): hasPoint ? .decayingDistance(pivotMetres: pivot) : .constant(1)
        }
    }

    var usesDistance: Bool { from != nil }

    /// Metres to a run of rows at least; infinite when none of them is located.
    @inline(__always)
    func leastMetres(_ box: NodeBox) -> Double {
        guard let from else { return 0 }
        return box.isEmpty ? .infinity : QuickDistance.leastMetres(haversine: from.leastHaversine(box))
    }

    /// Metres to a row at least.
    @inline(__always)
    func leastMetres(_ row: Int, _ columns: Columns) -> Double {
        guard let from else { return 0 }
        guard row < columns.locatedCount else { return .infinity }
        return QuickDistance.leastMetres(
            haversine: from.haversine(latitudeE7: columns.latitudesE7[row], longitudeE7: columns.longitudesE7[row]))
    }

    /// Not below the key of any row with at most these numbers, this text score and at least this distance.
    @inline(__always)
    func key(best: StoredSignals, textScore: Double, leastMetres: Double) -> Double {
        switch kind {
        case .text: return textScore
        case .blend:
            var sum = 0.0
            for number in 0..<partCount {
                sum +=
                    parts[number].weight
                    * value(parts[number].input, best: best, textScore: textScore, leastMetres: leastMetres)
            }
            return sum
        case .distance: return -leastMetres
        case .soonest(let fromMinute):
            if best.nextAvailableMinute == Columns.noSlot { return -.infinity }
            return -Double(max(Int(best.nextAvailableMinute), fromMinute))
        case .quality: return Double(best.quality)
        case .reviews: return Double(best.reviewCount)
        case .fee: return best.feeCents == Columns.noFee ? -.infinity : -Double(best.feeCents)
        case .id: return 0
        }
    }

    /// Drops those of up to 64 rows whose own numbers cannot make up a key of `least`, part by part of a blend, so that
    /// nothing is asked twice of a row.
    /// - Parameters:
    ///   - word: the rows' word of a bit set.
    ///   - leastMetres: to all of the rows.
    ///   - sums: scratch for 64 values.
    func keepPromising(
        _ rows: inout UInt64, word: Int, _ signals: SignalColumns, textScore: Double, leastMetres: Double, atLeast least: Double,
        _ sums: UnsafeMutablePointer<Double>
    ) {
        guard case .blend = kind, least > 0 else { return }
        var common = 0.0
        for number in 0..<partCount where !parts[number].input.isOfRow {
            common +=
                parts[number].weight
                * value(parts[number].input, best: NodeTable.unknown, textScore: textScore, leastMetres: leastMetres)
        }
        sums.update(repeating: common, count: 64)
        for number in 0..<partCount { add(parts[number], of: rows, first: word << 6, signals, to: sums) }
        forEachBit(rows) { place in
            if sums[place] * (1 + 1e-12) < least { rows &= ~(1 << UInt64(place)) }
        }
    }

    @inline(__always)
    private func add(
        _ part: Part, of rows: UInt64, first: Int, _ signals: SignalColumns, to sums: UnsafeMutablePointer<Double>
    ) {
        let weight = part.weight
        switch part.input {
        case .rating:
            forEachBit(rows) { place in
                let rating = Double(signals.ratings[first | place])
                sums[place] += weight * max(0, (rating / Columns.ratingScale - 1) / 4)
            }
        case .quality:
            forEachBit(rows) { place in
                sums[place] += weight * (Double(signals.qualities[first | place]) / Double(UInt16.max))
            }
        case .fee(let pivot):
            forEachBit(rows) { place in
                let fee = signals.feesCents[first | place]
                if fee != Columns.noFee { sums[place] += weight * (pivot / (pivot + Double(fee))) }
            }
        case .availability(let now, let horizon):
            forEachBit(rows) { place in
                let wait = max(0, Int(signals.nextAvailableMinutes[first | place]) - now)
                sums[place] += weight * max(0, 1 - Double(wait) / horizon)
            }
        case .constant, .text, .linearDistance, .decayingDistance: return
        }
    }

    @inline(__always)
    private func value(_ input: Input, best: StoredSignals, textScore: Double, leastMetres: Double) -> Double {
        switch input {
        case .constant(let value): return value
        case .text(let halfScore): return textScore > 0 ? textScore / (textScore + halfScore) : 0
        case .rating: return best.rating == 0 ? 0 : max(0, (Double(best.rating) / Columns.ratingScale - 1) / 4)
        case .quality: return Double(best.quality) / Double(UInt16.max)
        case .fee(let pivot): return best.feeCents == Columns.noFee ? 0 : pivot / (pivot + Double(best.feeCents))
        case .availability(let now, let horizon):
            if best.nextAvailableMinute == Columns.noSlot { return 0 }
            return max(0, 1 - Double(max(0, Int(best.nextAvailableMinute) - now)) / horizon)
        case .linearDistance(let radius): return max(0, 1 - leastMetres / radius)
        case .decayingDistance(let pivot): return pivot / (pivot + leastMetres)
        }
    }
}

extension Blend.Component {
    /// The point a distance is measured from.
    fileprivate var point: GeoPoint? {
        switch self {
        case .linearDistance(let point, _), .decayingDistance(let point, _): point
        default: nil
        }
    }
}

@inline(__always)
private func forEachBit(_ bits: UInt64, _ body: (_ place: Int) -> Void) {
    var rest = bits
    while rest != 0 {
        body(rest.trailingZeroBitCount)
        rest &= rest &- 1
    }
}
