import Domain
import Foundation
import Testing

@testable import Search

@Suite("Half-days asked for")
struct FreeWhenTests {
    @Test("Today is what is left of it, weekdays and weekends follow the calendar, thirty days ahead", arguments: 0..<20)
    func calendar(seed: Int) throws {
        let now = Date(timeIntervalSince1970: Double(1_790_000_000 + seed * 123_457))
        var calendar = Calendar(identifier: .gregorian)
        calendar.timeZone = try #require(TimeZone(identifier: "Africa/Johannesburg"))
        let today = calendar.startOfDay(for: now)
        for choice in FreeWhen.allCases {
            let halfDays = FreeWhen.halfDays([choice], now: now)
            for half in 0..<60 {
                let start = today + Double(half * 43_200)
                let weekday = calendar.component(.weekday, from: start)
                let isWeekend = weekday == 1 || weekday == 7
                let isCovered = switch choice {
                case .today: half < 2
                case .tomorrow: half == 2 || half == 3
                case .weekdayMornings: !isWeekend && half.isMultiple(of: 2)
                case .weekdayAfternoons: !isWeekend && !half.isMultiple(of: 2)
                case .weekends: isWeekend
                }
                #expect(halfDays.contains(start) == (isCovered && start + 43_200 > now), "\(choice) \(half)")
            }
        }
    }
}
