/// A doctor as one line of an import file tells it: the right types, nothing checked yet.
/// The fields are those of the replay format and the import format's own (see the target's note).
struct DoctorRow: Decodable {
    var id: ExternalID
    var name: String?
    var title: String?
    var first_names: String?
    var surname: String?
    var gender: String?
    var hpcsa_number: String?
    var verification: String?
    var specialties: [String]?
    var sub_specialties: [String]?
    var bio: String?
    var practising_since: WholeNumber?
    var languages: [String]?
    var schemes: [String]?
    var telehealth: Bool?
    var rating: Double?
    var review_count: WholeNumber?
    var sample: Bool?
    var more_practices: [PracticeRow]?

    enum CodingKeys: String, CodingKey, CaseIterable {
        case id, name, title, first_names, surname, gender, hpcsa_number, verification, specialties, sub_specialties, bio
        case practising_since, languages, schemes, telehealth, rating, review_count, sample, more_practices
    }
}

/// A practice of a doctor: the first one's fields stand at the top level of the line, others in `more_practices`.
struct PracticeRow: Decodable {
    var practice_id: ExternalID?
    var practice: String?
    var address: String?
    var suburb: String?
    var city: String?
    var province: String?
    var postal_code: String?
    var lat: Double?
    var lon: Double?
    var fee_cents: WholeNumber?
    var fees: FeesRow?
    var shows_fees: Bool?
    var next_available: WholeNumber?
    var next_available_in_minutes: WholeNumber?

    enum CodingKeys: String, CodingKey, CaseIterable {
        case practice_id, practice, address, suburb, city, province, postal_code, lat, lon
        case fee_cents, fees, shows_fees, next_available, next_available_in_minutes
    }
}

/// Fees of a doctor at a practice in cents, by kind of consultation.
struct FeesRow: Decodable {
    var first_visit: WholeNumber?
    var follow_up: WholeNumber?
    var video: WholeNumber?
}

/// A whole number. Foundation's own error for `1.5` or a number beyond `Int` does not say where it stands; this one does.
struct WholeNumber: Decodable {
    let value: Int

    init(from decoder: any Decoder) throws {
        let container = try decoder.singleValueContainer()
        do {
            value = try container.decode(Int.self)
        } catch let error as DecodingError {
            throw error
        } catch {
            throw DecodingError.dataCorruptedError(in: container, debugDescription: "not a whole number in range")
        }
    }
}

/// An id of the file's own: text, or a whole number that is taken as its digits.
struct ExternalID: Decodable {
    let text: String

    init(from decoder: any Decoder) throws {
        let container = try decoder.singleValueContainer()
        do {
            text = try container.decode(String.self)
        } catch {
            text = String(try container.decode(WholeNumber.self).value)
        }
    }
}
