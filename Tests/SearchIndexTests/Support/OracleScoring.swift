import Foundation
import SearchIndex

/// The orders and the blend written a second time, from their documentation.
enum OracleScoring {
    /// Rating × 10 000, 0 for none.
    static func rating(_ document: IndexedDocument) -> Int {
        document.signals.rating.map { Int(($0 * 10_000).rounded()) } ?? 0
    }

    static func quality(_ document: IndexedDocument) -> Double { (document.signals.quality * 65_535).rounded() }

    static func key(_ document: IndexedDocument, _ order: Order, textScore: Double) -> Double {
        let signals = document.signals
        switch order {
        case .text: return textScore
        case .blend(let blend):
            return blend.parts.reduce(0) { $0 + $1.weight * value($1.component, document, textScore) }
        case .distance(let from): return document.location.map { -OracleGeo.metres(from, $0) } ?? -.infinity
        case .soonest(let fromMinute):
            guard let slot = signals.nextAvailableMinute, slot >= fromMinute else { return -.infinity }
            return -Double(slot)
        case .quality: return quality(document)
        case .reviews: return Double(signals.reviewCount)
        case .fee: return signals.feeCents.map { -Double($0) } ?? -.infinity
        case .id: return 0
        }
    }

    private static func value(_ component: Blend.Component, _ document: IndexedDocument, _ textScore: Double) -> Double {
        let signals = document.signals
        switch component {
        case .text(let halfScore): return textScore == 0 ? 0 : textScore / (textScore + halfScore)
        case .preferredTags(let tags):
            return tags.filter { document.tags.contains($0.tag) }.map(\.value).max() ?? 0
        case .rating: return signals.rating == nil ? 0 : (Double(rating(document)) / 10_000 - 1) / 4
        case .quality: return quality(document) / 65_535
        case .fee(let pivot): return signals.feeCents.map { pivot / (pivot + Double($0)) } ?? 0
        case .availability(let now, let horizon, let countsPast):
            guard let slot = signals.nextAvailableMinute else { return 0 }
            if slot < now { return countsPast ? 1 : 0 }
            return max(0, 1 - Double(slot - now) / horizon)
        case .linearDistance(let from, let radius):
            guard let location = document.location else { return 0 }
            let metres = OracleGeo.metres(from, location)
            return radius > 0 ? max(0, 1 - metres / radius) : metres == 0 ? 1 : 0
        case .decayingDistance(let from, let pivot):
            return document.location.map { pivot / (pivot + OracleGeo.metres(from, $0)) } ?? 0
        }
    }
}
