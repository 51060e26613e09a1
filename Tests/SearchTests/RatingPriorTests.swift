import Testing

@testable import Search

@Suite struct RatingPriorTests {
    private let prior = RatingPrior(means: ["skin": 4], overallMean: 3)

    @Test("Nobody's opinion is the mean; ten reviews weigh as much as the prior; many outweigh it")
    func posterior() {
        #expect(prior.quality(rating: nil, reviewCount: 0, specialty: "skin") == 0.75)
        #expect(prior.quality(rating: nil, reviewCount: 0, specialty: "other") == 0.5)
        #expect(abs(prior.quality(rating: 5, reviewCount: 10, specialty: "skin") - (4.5 - 1) / 4) < 1e-12)
        #expect(prior.quality(rating: 5, reviewCount: 10_000, specialty: "skin") > 0.99)
    }

    @Test("One perfect review does not beat a hundred good ones")
    func manyBeatOne() {
        #expect(prior.quality(rating: 5, reviewCount: 1, specialty: "skin") < prior.quality(rating: 4.6, reviewCount: 100, specialty: "skin"))
    }
}
