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
        let midnight = date.timeIntervalSince1970 - secondOfDay(date)
        let nextDay = secondOfDay(date) < endSecond ? 0 : daySeconds
        // Whole seconds again: a part of one that was lost in the sums would be a time before the end.
        return Date(timeIntervalSince1970: midnight.rounded() + nextDay + endSecond)
    }

    private static func secondOfDay(_ date: Date) -> Double {
        let local = date.timeIntervalSince1970 + offsetSeconds
        return local - (local / daySeconds).rounded(.down) * daySeconds
    }
}
