import Domain
import Foundation
import Testing

@Suite struct LocalTimeTests {
    @Test("Wall-clock texts agree with Foundation's calendar on random instants from 1900 to 2100")
    func agreesWithFoundation() throws {
        let zone = try #require(TimeZone(identifier: "Africa/Johannesburg"))
        let text = DateFormatter()
        text.locale = Locale(identifier: "en_US_POSIX")
        text.timeZone = zone
        let spoken = DateFormatter()
        spoken.locale = Locale(identifier: "en_US_POSIX")
        spoken.timeZone = zone
        text.dateFormat = "yyyy-MM-dd'T'HH:mm':00+02:00'"
        spoken.dateFormat = "EEE d MMMM, HH:mm"
        for _ in 0..<2_000 {
            // The zone had other offsets before 1903 and in two wartime summers.
            let date = Date(timeIntervalSince1970: Double.random(in: -700_000_000...4_100_000_000).rounded())
            #expect(LocalTime.text(date) == text.string(from: date))
            #expect(LocalTime.spoken(date) == spoken.string(from: date))
        }
    }

    @Test("A day starts at local midnight, which is ten in the evening UTC")
    func startOfDay() throws {
        let justBeforeMidnight = try Date("2026-11-23T21:59:00Z", strategy: .iso8601)
        let midnight = try Date("2026-11-23T22:00:00Z", strategy: .iso8601)
        #expect(LocalTime.startOfDay(justBeforeMidnight, addingDays: 1) == midnight)
        #expect(LocalTime.startOfDay(midnight, addingDays: 0) == midnight)
    }
}
