import Domain

/// What the profile template may print.
struct ProfilePage {
    let name: String
    let isSample: Bool
    let specialties: String
    let registration: String
    /// The model of the partial `free-times`.
    let freeTimes: (any Sendable)?
    let biography: String?
    let rating: String
    let languages: String?
    let schemes: String?
    let experience: String?
    let telehealth: Bool
    let practices: [Practice]
    /// Nil where the doctor is verified; the claim's own page says whether somebody else was first.
    let claimAddress: String?

    struct Practice {
        let name: String
        let lines: [String]
        let nextTime: String?
        let fees: [String]
        let directions: String?
    }

    init(_ profile: DoctorProfile, freeTimes: (any Sendable)?) {
        name = profile.displayName
        isSample = profile.isSample
        specialties = (profile.specialties.map(\.name) + profile.subSpecialties).joined(separator: ", ")
        registration = Self.registration(profile)
        self.freeTimes = freeTimes
        biography = profile.biography
        rating = profile.rating.map { Self.rating($0, reviewCount: profile.reviewCount) } ?? "No reviews yet"
        languages = Self.list(profile.languages.map(\.name))
        schemes = Self.list(profile.schemes.map(\.name))
        experience = profile.practisingSince.map { "Practising since \($0)" }
        telehealth = profile.offersTelehealth
        practices = profile.practices.map { Practice($0, isBookable: profile.verificationState == "verified") }
        claimAddress = profile.verificationState == "verified" || profile.isSample ? nil : "/verification?doctor=\(profile.doctorID)"
    }

    private static func registration(_ profile: DoctorProfile) -> String {
        guard let number = profile.hpcsaNumber else { return "HPCSA registration not given" }
        let state = profile.verificationState == "verified" ? "checked by us" : "not checked yet"
        return "HPCSA registration \(number), \(state)"
    }

    /// `4.6 of 5 from 38 reviews`; the API, not the page, has the second decimal. A few voices are no average.
    private static func rating(_ rating: Double, reviewCount: Int) -> String {
        guard reviewCount >= fewestReviewsForAverage else { return reviewCount == 1 ? "1 review" : "\(reviewCount) reviews" }
        let tenths = Int((rating * 10).rounded())
        return "\(tenths / 10).\(tenths % 10) of 5 from \(reviewCount) reviews"
    }

    private static let fewestReviewsForAverage = 5

    private static func list(_ names: [String]) -> String? {
        names.isEmpty ? nil : names.joined(separator: ", ")
    }
}

extension ProfilePage.Practice {
    fileprivate init(_ practice: PracticeProfile, isBookable: Bool) {
        let town = [practice.city, practice.postalCode].compactMap(\.self).joined(separator: " ")
        let address = practice.address?.split(separator: "\n").map(String.init) ?? []
        name = practice.name ?? practice.suburb ?? practice.city ?? "Practice"
        lines = address + [practice.suburb, town, practice.province].compactMap(\.self).filter { !$0.isEmpty }
        nextTime = isBookable ? practice.nextAvailableAt.map(LocalTime.spoken) : nil
        fees = practice.fees.map(Self.fees) ?? []
        directions = practice.coordinate.map {
            "https://www.openstreetmap.org/?mlat=\($0.latitude)&mlon=\($0.longitude)#map=17/\($0.latitude)/\($0.longitude)"
        }
    }

    private static func fees(_ fees: PracticeProfile.Fees) -> [String] {
        [("First visit", fees.firstVisitCents), ("Follow-up", fees.followUpCents), ("Video", fees.videoCents)]
            .compactMap { kind, cents in cents.map { "\(kind): \(rand($0))" } }
    }

    /// `R650` or `R650.50`.
    private static func rand(_ cents: Int) -> String {
        let rest = cents % 100
        return "R\(cents / 100)" + (rest == 0 ? "" : ".\(rest < 10 ? "0" : "")\(rest)")
    }
}
