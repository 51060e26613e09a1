import Domain
import Foundation
import Postgres

/// One case: what an account says of itself as a doctor, and what was decided about it.
struct Verification: Equatable, Sendable {
    /// What the account wants.
    enum Purpose: String, CaseIterable, Sendable, PostgresCodable {
        /// A listed profile that is nobody's.
        case claim
        case newProfile = "new_profile"
        /// Other facts for the account's own profile.
        case change
        /// The same facts with a new practising card.
        case renewal
    }

    enum State: String, CaseIterable, Sendable, PostgresCodable {
        case draft, submitted
        case inReview = "in_review"
        /// Stands: the account is the doctor of the profile, and the profile is bookable.
        case verified
        case rejected, withdrawn
        /// The card ran out. The profile is still the account's, but not bookable until a renewal is verified.
        case expired
        /// A later case was verified.
        case replaced
    }

    /// Why a case is rejected.
    enum Reason: String, CaseIterable, Sendable, PostgresCodable {
        case notOnRegister = "not_on_register"
        case categoryNotAccepted = "category_not_accepted"
        case identityMismatch = "identity_mismatch"
        case documentUnreadable = "document_unreadable"
        case documentMissing = "document_missing"
        case cardExpired = "card_expired"
        case specialtyNotRegistered = "specialty_not_registered"
        case other
    }

    let id: UUID
    let accountID: UUID
    let purpose: Purpose
    /// Nil for a new profile until it is verified.
    let doctorID: Int64?
    let state: State
    /// Nil until the account has said something.
    let facts: VerificationFacts?
    let submittedAt: Date?
    let reviewerID: UUID?
    let takenAt: Date?
    let decidedAt: Date?
    let reason: Reason?
    /// What the reviewer wrote to the doctor.
    let note: String?
    /// Rises with every change.
    let version: Int
    let createdAt: Date
    let updatedAt: Date
}

/// What an account says of itself. Everything in it is checked before it shows.
struct VerificationFacts: Equatable, Sendable {
    var title: String?
    var firstNames: String
    var surname: String
    var hpcsaNumber: HPCSANumber
    var category: PractisingCategory
    /// As the practising card says: a 31 March.
    var cardValidUntil: LocalDay
    /// Slugs, primary first.
    var specialties: [String]
    /// Codes.
    var languages: [String]
    /// Slugs.
    var schemes: [String]
    /// Nil: the practices stay as they are.
    var practice: Practice?

    /// A place to practise.
    struct Practice: Equatable, Sendable {
        var name: String
        /// Lines.
        var address: String
        var suburb: String?
        var city: String
        var province: String
        var postalCode: String?
        var coordinate: Coordinate
    }

    /// `Dr Nomsa van der Merwe`.
    var displayName: String { [title, firstNames, surname].compactMap(\.self).joined(separator: " ") }
}

/// A file that proves something.
struct VerificationDocument: Equatable, Sendable {
    enum Kind: String, CaseIterable, Sendable, PostgresCodable {
        case registrationCard = "registration_card"
        case identity, qualification

        /// As people read it: `Registration card`.
        var name: String {
            let words = rawValue.replacing("_", with: " ")
            return words.prefix(1).uppercased() + words.dropFirst()
        }
    }

    let id: UUID
    let verificationID: UUID
    let kind: Kind
    let type: DocumentType
    let sizeBytes: Int
    /// Unguessable, and says nothing about anybody.
    let objectKey: String
    /// Of the object that was found to be right; nil until one was.
    let entityTag: String?
}
