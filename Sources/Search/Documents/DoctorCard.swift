import Domain
import Foundation
import Web

/// What a result shows of a doctor. Written once when the index is fed; a search only copies the bytes.
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

    /// Reads stored card bytes.
    public init(json: some Collection<UInt8>) throws {
        let decoder = JSONDecoder()
        decoder.keyDecodingStrategy = .convertFromSnakeCase
        self = try decoder.decode(DoctorCard.self, from: Data(json))
    }
}

extension DoctorCard {
    /// The card as one JSON object, of a fixed shape so that every client can rely on each member.
    static func json(_ listing: DoctorListing, terminology: Terminology) -> [UInt8] {
        var json = JSONWriter(capacity: 700)
        json.object { json in
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
            json.key("fee")
            if let practice = listing.practice, practice.showsFees, let cents = practice.firstVisitCents {
                json.object {
                    $0.member("amount_cents", cents)
                    $0.member("currency", "ZAR")
                }
            } else {
                json.null()
            }
            json.key("rating")
            if let rating = listing.rating {
                json.object {
                    $0.key("average")
                    $0.double(rating)
                    $0.member("count", listing.reviewCount)
                }
            } else {
                json.null()
            }
            json.key("next_available")
            if let date = listing.practice?.nextAvailableAt { json.string(LocalTime.text(date)) } else { json.null() }
            write("languages", listing.languages, to: &json)
            write("schemes", listing.schemes, to: &json)
            json.key("gender")
            if let gender = listing.gender { json.string(gender) } else { json.null() }
            json.member("telehealth", listing.telehealth)
            json.member("verified", listing.isVerified)
            json.member("sample", listing.isSample)
        }
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
