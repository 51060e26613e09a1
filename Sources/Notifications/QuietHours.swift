import Foundation

/// From 21:00 to 07:00 in South Africa nobody is reminded of anything. The zone has no daylight saving: UTC + 2 all year.
enum QuietHours {
    private static let offsetSeconds = 7_200.0
    private static let startSecond = 21 * 3_600.0
    private static let endSecond = 7 * 3_600.0
    private static let daySeconds = 86_400.0

    static func contains(_ date: Date) -> Bool {
        let second = secondOfDay(date)
        return second >= startSecond || second < endSecond
    }

    /// The date itself, or the end of the quiet hours it lies in.
    static func firstAllowed(from date: Date) -> Date {
        guard contains(date) else { return date }
        let second = secondOfDay(date)
        return date.addingTimeInterval((second < endSecond ? endSecond : endSecond + daySeconds) - second)
    }

    private static func secondOfDay(_ date: Date) -> Double {
        let local = date.timeIntervalSince1970 + offsetSeconds
        return local - (local / daySeconds).rounded(.down) * daySeconds
    }
}
