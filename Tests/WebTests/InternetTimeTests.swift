import Foundation
import Testing

@testable import Web

@Suite struct InternetTimeTests {
    // Foundation counts in the Julian calendar before October 1582, RFC 3339 never does
    @Test("Instants from 1583 on agree with Foundation for 2 000 random times and offsets")
    func agreesWithFoundation() throws {
        var random = SeededRandom.printed()
        for _ in 0..<2000 {
            let instant = Date(timeIntervalSince1970: Double(Int.random(in: -12_212_500_000...200_000_000_000, using: &random)))
            let offset = try #require(TimeZone(secondsFromGMT: Int.random(in: -14 * 60...14 * 60, using: &random) * 60))
            let text = instant.ISO8601Format(.init(timeZone: offset).year().month().day().timeZone(separator: .colon).time(includingFractionalSeconds: false))
            #expect(InternetTime.instant(text) == instant, "\(text)")
        }
    }

    @Test("Fractions, offsets and leap days", arguments: [
        ("1970-01-01T00:00:00Z", 0.0), ("1970-01-01t02:00:00.5+02:00", 0.5), ("2024-02-29T12:00:00-00:30", 1_709_209_800.0), ("2000-02-29T00:00:00z", 951_782_400.0),
    ])
    func reads(text: String, seconds: Double) {
        #expect(InternetTime.instant(text)?.timeIntervalSince1970 == seconds)
    }

    @Test("Anything else is refused", arguments: [
        "", "2026-11-24", "2026-11-24T08:10:00", "2026-11-24 08:10:00Z", "2026-02-29T00:00:00Z", "1900-02-29T00:00:00Z", "2026-13-01T00:00:00Z", "2026-00-10T00:00:00Z",
        "2026-11-31T00:00:00Z", "2026-11-24T24:00:00Z", "2026-11-24T08:60:00Z", "2026-11-24T08:10:60Z", "2026-11-24T08:10:00+24:00", "2026-11-24T08:10:00+0200",
        "0000-01-01T00:00:00Z", "٢٠٢٦-11-24T08:10:00Z", "2026-11-24T08:10:00.Z", "2026-11-24T08:10Z", " 2026-11-24T08:10:00Z", "2026-11-24T08:10:00Z\n", "+2026-11-24T08:10:00Z",
    ])
    func refuses(text: String) {
        #expect(InternetTime.instant(text) == nil)
    }

    @Test("Durations", arguments: [
        ("PT90M", 5400), ("P2D", 172_800), ("P1DT2H3M4S", 93_784), ("PT0S", 0), ("P", nil), ("PT", nil), ("P1DT", nil), ("P1W", nil), ("P1Y", nil), ("PT1H30", nil), ("-P1D", nil),
        ("PT1.5H", nil), ("p1d", nil), ("P1H", nil), ("PT1S1M", nil), ("PT9999999S", nil), ("", nil),
    ] as [(String, Int?)])
    func durations(text: String, seconds: Int?) {
        #expect(InternetTime.duration(text) == seconds.map { .seconds($0) })
    }
}
