import Foundation
import Postgres

/// Somebody who is seen by a doctor: the account's owner, or a dependant.
struct Person: Sendable {
    let personID: UUID
    let isSelf: Bool
    let details: PersonDetails
    let consentAt: Date?
    let version: Int64
}

/// What is written down about a person, all of it replaced at once.
struct PersonDetails: Sendable, Equatable {
    enum IDDocument: String, CaseIterable, Sendable, PostgresCodable {
        case southAfricanID = "south-african-id"
        case passport, other, none
    }

    var displayName: String?
    var birthDate: PostgresDate?
    /// Code, as in `zu`.
    var language: String?
    /// Slug of a medical scheme.
    var scheme: String?
    /// Slugs of places, most used first.
    var places: [String] = []
    var idDocument = IDDocument.none
    /// Sealed in the database, like the two below.
    var idNumber: String?
    var membershipNumber: String?
    var notes: String?
}
