import Domain
import Foundation
import SearchIndex

/// What a doctor's card may print.
struct ResultCard {
    struct Language {
        let code: String
        let name: String
    }
    let address: String
    let name: String
    /// Practice and suburb, where another card of the page has the same name.
    let nameAddition: String?
    let specialties: String
    let whereabouts: String?
    let distance: String?
    let fee: String
    let medicalAids: String?
    let languages: [Language]
    let rating: String
    let telehealth: Bool
    let nextTime: String
    let verified: Bool
    let sample: Bool
    let why: String

    init(
        _ card: DoctorCard, hit: Hit, of results: SearchResults, address search: ResultsAddress, terminology: Terminology,
        place: Place?, isNamesake: Bool
    ) {
        let reasons = ResultReasons(search: search, results: results, terminology: terminology, place: place)
        let nextDate = card.nextFreeTime(after: results.plan.now)
        address = "\(ResultsAddress.path)/\(card.id)"
        name = card.name
        nameAddition = isNamesake ? [card.practice?.name, card.practice?.suburb].compactMap(\.self).joined(separator: ", ") : nil
        specialties = card.specialties.map(\.name).joined(separator: ", ")
        whereabouts = card.practice.flatMap { practice in
            let parts = [practice.suburb, practice.city].compactMap(\.self)
            return parts.isEmpty ? nil : parts.joined(separator: ", ")
        }
        distance = hit.distanceMetres.map { "\(PlainWords.distance(metres: $0)) away" }
        fee = card.fee.map { "\(PlainWords.rand(cents: $0.amountCents)) for a first visit" } ?? "Ask the practice for the price"
        medicalAids = ResultCard.medicalAids(card, asked: search.scheme, terminology: terminology)
        languages = card.languages.map { Language(code: $0, name: terminology.languageName($0) ?? $0) }
        rating = card.spokenRating ?? (card.rating.map { ResultCard.tooFew($0.count) } ?? "No reviews yet")
        telehealth = card.telehealth
        nextTime = nextDate.map { "Next free time: \(LocalTime.spoken($0))" } ?? "No free times known. Phone the practice."
        verified = card.verified
        sample = card.sample
        why = reasons.text(card: card, hit: hit, nextDate: nextDate)
    }

    private static func medicalAids(_ card: DoctorCard, asked: String?, terminology: Terminology) -> String? {
        if let asked, card.schemes.contains(asked), let name = terminology.schemeName(asked) { return "Takes \(name)" }
        switch card.schemes.count {
        case 0: return nil
        case 1: return "Takes \(terminology.schemeName(card.schemes[0]) ?? "1 medical aid")"
        default: return "Takes \(card.schemes.count) medical aids"
        }
    }

    private static func tooFew(_ count: Int) -> String {
        count == 0 ? "No reviews yet" : "\(count) \(count == 1 ? "review" : "reviews"), too few for a rating"
    }
}

extension DoctorCard {
    /// A rating of fewer says more about chance than about the doctor.
    private static let fewestReviewsForRating = 5

    /// `4.6 of 5 from 38 visits`; `nil` with too few reviews.
    var spokenRating: String? {
        guard let rating, rating.count >= DoctorCard.fewestReviewsForRating else { return nil }
        return "\(PlainWords.decimal(rating.average)) of 5 from \(PlainWords.count(rating.count)) visits"
    }

    /// The next free time that can still be booked.
    func nextFreeTime(after now: Date) -> Date? {
        nextAvailable.flatMap { try? Date($0, strategy: .iso8601) }.flatMap { $0 > now ? $0 : nil }
    }
}
