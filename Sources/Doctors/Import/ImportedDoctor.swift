import Foundation

/// A doctor of an import file, checked and in the database's own terms. Property names are the columns'.
struct ImportedDoctor: Equatable, Sendable {
    var facts: Facts
    /// Primary first.
    var specialties: [VocabularyTerm] = []
    var languages: [String] = []
    var schemes: [VocabularyTerm] = []
    var practices: [ImportedPractice] = []

    /// The row of `doctors`.
    struct Facts: Codable, Equatable, Sendable {
        var external_id: String
        var display_name: String
        var title: String?
        var first_names: String?
        var surname: String?
        var gender: String?
        var hpcsa_number: String?
        var verification_state: String
        var biography: String?
        var sub_specialties: [String]
        var practising_since: Int?
        var telehealth: Bool
        /// 1 to 5, two decimals.
        var rating: Decimal?
        var review_count: Int
        var is_sample: Bool
    }
}

/// A doctor's practice and what is true of the doctor there.
struct ImportedPractice: Equatable, Sendable {
    var facts: Facts
    var shows_fees: Bool
    var next_available_at: Date?
    /// Cents by kind of consultation: `first_visit`, `follow_up`, `video`.
    var fees: [String: Int]

    /// The row of `practices`.
    struct Facts: Codable, Equatable, Sendable {
        var external_id: String
        var name: String?
        var address: String?
        var suburb: String?
        var city: String?
        var province: String?
        var postal_code: String?
        var latitude: Double?
        var longitude: Double?
    }
}
