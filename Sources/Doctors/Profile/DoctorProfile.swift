import Domain
import Foundation

/// A listed doctor as the public sees one.
struct DoctorProfile: Equatable, Sendable {
    /// A word of a vocabulary: slug or code, and its name.
    typealias Word = VocabularyTerm

    let doctorID: Int64
    let displayName: String
    let title: String?
    let firstNames: String?
    let surname: String?
    let gender: String?
    let hpcsaNumber: String?
    let verificationState: String
    let biography: String?
    let practisingSince: Int?
    let offersTelehealth: Bool
    /// 1 to 5; nil where there are no reviews.
    let rating: Double?
    let reviewCount: Int
    let isSample: Bool
    let updatedAt: Date
    /// Primary first.
    let specialties: [Word]
    let subSpecialties: [String]
    let languages: [Word]
    let schemes: [Word]
    let practices: [PracticeProfile]
}

/// A practice of a doctor, in the doctor's own order.
struct PracticeProfile: Equatable, Sendable {
    let practiceID: Int64
    let name: String?
    let address: String?
    let suburb: String?
    let city: String?
    let province: String?
    let postalCode: String?
    let coordinate: Coordinate?
    let nextAvailableAt: Date?
    /// Nil where the practice does not show fees.
    let fees: Fees?

    /// ZAR cents, VAT included, by kind of consultation.
    struct Fees: Equatable, Sendable {
        let firstVisitCents: Int?
        let followUpCents: Int?
        let videoCents: Int?
    }
}
