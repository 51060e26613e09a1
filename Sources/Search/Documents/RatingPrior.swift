import Domain

/// What a rating is worth given how many people gave it: the Bayesian mean, pulled to the mean of the doctor's
/// specialty until reviews outweigh it (`../shared/reference/search-engine.md` §6).
public struct RatingPrior: Codable, Sendable, Equatable {
    /// Mean rating by primary specialty.
    private let means: [String: Double]
    private let overallMean: Double
    /// How many reviews the prior weighs as much as, 5…20.
    static let strength = 10.0

    /// - Parameter means: mean rating by specialty slug; specialties without reviews take `overallMean`.
    public init(means: [String: Double] = [:], overallMean: Double = 4) {
        self.means = means
        self.overallMean = overallMean
    }

    /// The means of these listings; a doctor with several practices counts with each.
    init(listings: [DoctorListing]) {
        let rated = listings.filter { $0.rating != nil && !$0.specialties.isEmpty }
        func mean(_ listings: [DoctorListing]) -> Double {
            listings.reduce(0) { $0 + ($1.rating ?? 0) } / Double(listings.count)
        }
        guard !rated.isEmpty else {
            self.init()
            return
        }
        self.init(means: Dictionary(grouping: rated, by: { $0.specialties[0] }).mapValues(mean), overallMean: mean(rated))
    }

    /// `((C·m + n·rating) / (C + n) − 1) / 4`, 0…1. A newcomer starts at the mean.
    func quality(rating: Double?, reviewCount: Int, specialty: String?) -> Double {
        let mean = specialty.flatMap { means[$0] } ?? overallMean
        let count = rating == nil ? 0 : Double(reviewCount)
        let posterior = (RatingPrior.strength * mean + count * (rating ?? mean)) / (RatingPrior.strength + count)
        return (posterior - 1) / 4
    }
}
