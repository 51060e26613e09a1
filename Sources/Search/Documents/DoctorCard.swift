import Domain
import Foundation
import SearchIndex
import Web

/// What a result shows of a doctor at a practice.
///
/// The members that seldom change are written once, when the index is fed, and a search copies their bytes. Fee, rating and
/// next free time change often: every answer writes them from the index's columns.
public struct DoctorCard: Decodable, Sendable {
    public struct Named: Decodable, Sendable {
        public let slug: String
        public let name: String
    }
    public struct Location: Decodable, Sendable {
        public let lat: Double
        public let lon: Double
    }
    public struct Practice: Decodable, Sendable {
        public let id: String
        public let name: String
        public let suburb: String?
        public let city: String?
        public let province: String?
        public let location: Location?
    }
    public struct Money: Decodable, Sendable {
        public let amountCents: Int
        public let currency: String
    }
    public struct Rating: Decodable, Sendable {
        public let average: Double
        public let count: Int
    }
    public let id: String
    public let name: String
    public let specialties: [Named]
    public let practice: Practice?
    public let fee: Money?
    public let rating: Rating?
    public let nextAvailable: String?
    public let languages: [String]
    public let schemes: [String]
    public let gender: String?
    public let telehealth: Bool
    public let verified: Bool
    public let sample: Bool

    /// Reads a hit's stored bytes and its signals.
    init(stored: [UInt8], signals: Signals) throws {
        var json = JSONWriter()
        json.object { json in stored.withUnsafeBytes { DoctorCard.write(stored: $0, signals: signals, to: &json) } }
        let decoder = JSONDecoder()
        decoder.keyDecodingStrategy = .convertFromSnakeCase
        self = try decoder.decode(DoctorCard.self, from: Data(json.bytes))
    }
}

extension DoctorCard {
    /// Raised when the stored bytes change their shape, so that older snapshot files are not used.
    static let storedVersion = 2

    /// All members of a card, always the same ones, so that every client can rely on each.
    static func write(stored: UnsafeRawBufferPointer, signals: Signals, to json: inout JSONWriter) {
        json.raw(stored)
        json.key("fee")
        if let cents = signals.feeCents {
            json.object {
                $0.member("amount_cents", cents)
                $0.member("currency", "ZAR")
            }
        } else {
            json.null()
        }
        json.key("rating")
        if let rating = signals.rating {
            json.object {
                $0.key("average")
                $0.double(rating)
                $0.member("count", signals.reviewCount)
            }
        } else {
            json.null()
        }
        json.key("next_available")
        if let minute = signals.nextAvailableMinute { json.string(LocalTime.text(epochMinute: minute)) } else { json.null() }
    }

    /// The members that are stored: those of one JSON object, without its braces.
    static func stored(_ listing: DoctorListing, terminology: Terminology) -> [UInt8] {
        var json = JSONWriter(capacity: 700)
        json.member("id", String(listing.doctorID))
        json.member("name", listing.displayName)
        json.key("specialties")
        json.array { json in
            for slug in listing.specialties {
                json.object {
                    $0.member("slug", slug)
                    $0.member("name", terminology.specialty(slug)?.practitioner ?? slug)
                }
            }
        }
        json.key("practice")
        if let practice = listing.practice { write(practice, to: &json) } else { json.null() }
        write("languages", listing.languages, to: &json)
        write("schemes", listing.schemes, to: &json)
        json.key("gender")
        if let gender = listing.gender { json.string(gender) } else { json.null() }
        json.member("telehealth", listing.telehealth)
        json.member("verified", listing.isVerified)
        json.member("sample", listing.isSample)
        return json.bytes
    }

    private static func write(_ practice: DoctorListing.Practice, to json: inout JSONWriter) {
        json.object { json in
            json.member("id", String(practice.id))
            json.member("name", practice.name)
            for (name, text) in [("suburb", practice.suburb), ("city", practice.city), ("province", practice.province)] {
                json.key(escaping: name)
                if let text { json.string(text) } else { json.null() }
            }
            json.key("location")
            guard let latitude = practice.latitude, let longitude = practice.longitude else { return json.null() }
            json.object {
                $0.key("lat")
                $0.double(latitude)
                $0.key("lon")
                $0.double(longitude)
            }
        }
    }

    private static func write(_ name: StaticString, _ values: [String], to json: inout JSONWriter) {
        json.key(name)
        json.array { json in values.forEach { json.string($0) } }
    }
}
