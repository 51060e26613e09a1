import Domain
import Foundation
import SearchIndex
import Web

/// Where a page ended, and what must stay as it was for the next one to fit: the moment and the tier of the first.
struct SearchCursor {
    var position: SortPosition
    var now: Date
    var tier: MatchTier

    /// Signed, and bound to everything in the request but the page size.
    func encoded(signer: CursorSigner, request: SearchRequest) -> String {
        var bytes: [UInt8] = [tier.rawValue]
        for value in [position.key.bitPattern, UInt64(bitPattern: position.id), now.timeIntervalSince1970.bitPattern] {
            withUnsafeBytes(of: value.littleEndian) { bytes += $0 }
        }
        return signer.sign(payload: bytes, context: SearchCursor.context(of: request))
    }

    /// - Throws: a 400 that names `cursor` when it is not one of this request's.
    init(_ text: String, signer: CursorSigner, request: SearchRequest) throws(Problem) {
        guard let bytes = try? signer.open(text, context: SearchCursor.context(of: request)), bytes.count == 25,
            let tier = MatchTier(rawValue: bytes[0])
        else {
            throw .invalidRequest([
                FieldError("cursor", code: "not_valid", detail: "This cursor belongs to another search. Start again without it.")
            ])
        }
        func number(at offset: Int) -> UInt64 {
            bytes[offset..<offset + 8].enumerated().reduce(0) { $0 | UInt64($1.element) << UInt64(8 * $1.offset) }
        }
        self.tier = tier
        position = SortPosition(key: Double(bitPattern: number(at: 1)), id: Int64(bitPattern: number(at: 9)))
        now = Date(timeIntervalSince1970: Double(bitPattern: number(at: 17)))
    }

    init(position: SortPosition, now: Date, tier: MatchTier) {
        self.position = position
        self.now = now
        self.tier = tier
    }

    /// All that decides which doctors match and in which order.
    private static func context(of request: SearchRequest) -> [UInt8] {
        var json = JSONWriter(capacity: 400)
        json.array { json in
            json.bool(request.interpretsText)
            for text in [request.text, request.gender, request.place, request.sort?.rawValue] { json.string(text ?? "") }
            for list in [request.specialties, request.schemes, request.languages, request.freeWhen.map(\.rawValue)] {
                json.array { json in list.forEach { json.string($0) } }
            }
            json.int(request.telehealth.map { $0 ? 2 : 1 } ?? 0)
            let numbers = [
                request.near?.latitude, request.near?.longitude, request.radiusKilometres, request.minimumRating,
                request.maximumFeeCents.map { Double($0) }, request.availability?.beforeSeconds, request.availability?.withinSeconds,
            ]
            for number in numbers { json.double(number ?? .nan) }
        }
        return json.bytes
    }
}

extension SearchRequest.Availability {
    /// Since 1970.
    fileprivate var beforeSeconds: Double? { if case .before(let date) = self { date.timeIntervalSince1970 } else { nil } }
    fileprivate var withinSeconds: Double? { if case .withinSeconds(let seconds) = self { Double(seconds) } else { nil } }
}
