import Domain
import SearchIndex
import TextAnalysis

/// The one mapping from a doctor to what the index knows of them.
public struct DoctorDocument: Sendable {
    private let analyser: TextAnalyser
    private let terminology: Terminology
    private let prior: RatingPrior

    public init(analyser: TextAnalyser, terminology: Terminology, prior: RatingPrior) {
        self.analyser = analyser
        self.terminology = terminology
        self.prior = prior
    }

    /// A document for one doctor at one practice; a doctor's documents share the doctor's id.
    func document(_ listing: DoctorListing) -> IndexedDocument {
        let practice = listing.practice
        return IndexedDocument(
            id: listing.doctorID,
            fields: DoctorSchema.Field.allCases.map { terms(text($0, of: listing)) },
            tags: tags(listing),
            location: practice.flatMap { practice in
                guard let latitude = practice.latitude, let longitude = practice.longitude else { return nil }
                return GeoPoint(latitude: latitude, longitude: longitude)
            },
            signals: Signals(
                rating: listing.rating,
                reviewCount: listing.reviewCount,
                quality: prior.quality(
                    rating: listing.rating, reviewCount: listing.reviewCount, specialty: listing.specialties.first),
                feeCents: practice.flatMap { $0.showsFees ? $0.firstVisitCents : nil },
                nextAvailableMinute: practice?.nextAvailableAt.map { EpochMinute.of($0) },
                flags: practice.map(DoctorDocument.freeHalfDays)?.bits ?? 0),
            stored: DoctorCard.stored(listing, terminology: terminology))
    }

    /// Of a practice that keeps no hours with us only the next free time is known.
    private static func freeHalfDays(_ practice: DoctorListing.Practice) -> HalfDays {
        practice.freeHalfDays ?? practice.nextAvailableAt.map { HalfDays([$0]) } ?? HalfDays()
    }

    private func terms(_ texts: [String]) -> TermList {
        texts.reduce(into: TermList()) { list, text in
            let analysed = analyser.analyse(text)
            list.append(contentsOf: TermList(bytes: analysed.bytes, ends: analysed.ends))
        }
    }

    private func text(_ field: DoctorSchema.Field, of listing: DoctorListing) -> [String] {
        let practice = listing.practice
        return switch field {
        case .name: [listing.displayName]
        case .specialty:
            listing.specialties.compactMap(terminology.specialty).flatMap { [$0.practitioner, $0.field] + $0.commonNames }
        case .focus: listing.subSpecialties
        case .practice: [practice?.name].compactMap { $0 }
        case .biography: [listing.biography]
        case .place: [practice?.suburb, practice?.city, practice?.province].compactMap { $0 }
        case .registration: [listing.registrationNumber].compactMap { $0 }
        }
    }

    private func tags(_ listing: DoctorListing) -> [Tag] {
        listing.specialties.map { DoctorSchema.tag(.specialty, $0) }
            + listing.specialties.prefix(1).map { DoctorSchema.tag(.primarySpecialty, $0) }
            + listing.schemes.map { DoctorSchema.tag(.scheme, $0) }
            + listing.languages.map { DoctorSchema.tag(.language, $0) }
            + [listing.gender].compactMap { $0.map { DoctorSchema.tag(.gender, $0) } }
            + [DoctorSchema.tag(.telehealth, "\(listing.telehealth)")]
    }
}
