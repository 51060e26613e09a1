/// The exact value that one order gives a row, greater is better.
struct SortKey {
    private enum Kind: BitwiseCopyable {
        case text, blend, quality, reviews, fee, id
        case distance(DistanceFrom)
        case soonest(fromMinute: Int)
    }
    private let kind: Kind
    private let blend: BlendScorer
    private let snapshot: IndexSnapshot

    init(_ order: Order, snapshot: IndexSnapshot) {
        self.snapshot = snapshot
        var formula = Blend([])
        switch order {
        case .text: kind = .text
        case .blend(let blend):
            kind = .blend
            formula = blend
        case .distance(let from): kind = .distance(DistanceFrom(from))
        case .soonest(let fromMinute): kind = .soonest(fromMinute: fromMinute)
        case .quality: kind = .quality
        case .reviews: kind = .reviews
        case .fee: kind = .fee
        case .id: kind = .id
        }
        blend = BlendScorer(formula, segment: snapshot)
    }

    /// −∞ for a row without the value.
    @inline(__always)
    func value(_ row: Int, textScore: Double) -> Double {
        let signals = snapshot.signals
        switch kind {
        case .text: return textScore
        case .blend: return blend.score(row: row, textScore: textScore)
        case .distance(let from): return snapshot.metres(from: from, row: row).map { -$0 } ?? -.infinity
        case .soonest(let fromMinute):
            let slot = signals.nextAvailableMinutes[row]
            return slot == Columns.noSlot || Int(slot) < fromMinute ? -.infinity : -Double(slot)
        case .quality: return Double(signals.qualities[row])
        case .reviews: return Double(signals.reviewCounts[row])
        case .fee:
            let fee = signals.feesCents[row]
            return fee == Columns.noFee ? -.infinity : -Double(fee)
        case .id: return 0
        }
    }
}
