import Foundation

/// A doctor at one practice, as the index is fed: a row of the view `doctor_listings`, or a line of a catalogue.
public struct DoctorListing: Sendable, Equatable {
    public struct Practice: Sendable, Equatable {
        public var id: Int64
        public var name: String
        public var address: String?
        public var suburb: String?
        public var city: String?
        public var province: String?
        /// Degrees, both or neither.
        public var latitude: Double?
        public var longitude: Double?
        /// Whether the practice lets its fee be shown; a hidden fee is neither shown nor searched.
        public var showsFees: Bool
        public var firstVisitCents: Int?
        public var nextAvailableAt: Date?
        /// In which half-days something is free; `nil` where nobody keeps hours with us.
        public var freeHalfDays: HalfDays?

        public init(
            id: Int64, name: String, address: String?, suburb: String?, city: String?, province: String?,
            latitude: Double?, longitude: Double?, showsFees: Bool, firstVisitCents: Int?, nextAvailableAt: Date?, freeHalfDays: HalfDays? = nil
        ) {
            self.id = id
            self.name = name
            self.address = address
            self.suburb = suburb
            self.city = city
            self.province = province
            self.latitude = latitude
            self.longitude = longitude
            self.showsFees = showsFees
            self.firstVisitCents = firstVisitCents
            self.nextAvailableAt = nextAvailableAt
            self.freeHalfDays = freeHalfDays
        }
    }
    public var doctorID: Int64
    public var displayName: String
    public var registrationNumber: String?
    public var isVerified: Bool
    public var gender: String?
    public var biography: String
    public var telehealth: Bool
    /// 1…5; `nil` without reviews.
    public var rating: Double?
    public var reviewCount: Int
    public var isSample: Bool
    /// Slugs, the primary one first.
    public var specialties: [String]
    public var subSpecialties: [String]
    /// Codes.
    public var languages: [String]
    /// Slugs.
    public var schemes: [String]
    public var practice: Practice?

    public init(
        doctorID: Int64, displayName: String, registrationNumber: String?, isVerified: Bool, gender: String?,
        biography: String, telehealth: Bool, rating: Double?, reviewCount: Int, isSample: Bool, specialties: [String],
        subSpecialties: [String], languages: [String], schemes: [String], practice: Practice?
    ) {
        self.doctorID = doctorID
        self.displayName = displayName
        self.registrationNumber = registrationNumber
        self.isVerified = isVerified
        self.gender = gender
        self.biography = biography
        self.telehealth = telehealth
        self.rating = rating
        self.reviewCount = reviewCount
        self.isSample = isSample
        self.specialties = specialties
        self.subSpecialties = subSpecialties
        self.languages = languages
        self.schemes = schemes
        self.practice = practice
    }
}
