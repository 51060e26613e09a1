import Foundation

/// South African wall-clock time. The zone has no daylight saving and one offset, so plain arithmetic is exact.
public enum LocalTime {
    /// Seconds ahead of UTC, all year.
    static let offsetSeconds = 7200

    /// RFC 3339 with offset: `2026-11-24T08:10:00+02:00`.
    public static func text(_ date: Date) -> String { text(epochMinute: epochMinute(date)) }

    /// The same for minutes since 1970, as the search index keeps times. Years 0 to 9999.
    public static func text(epochMinute: Int) -> String {
        let (day, minute) = wallClock(epochMinute)
        let (year, month, dayOfMonth) = civil(day)
        precondition((0...9999).contains(year), "RFC 3339 writes years with four digits")
        return String(unsafeUninitializedCapacity: 25) { text in
            _ = text.initialize(from: "0000-00-00T00:00:00+02:00".utf8)
            for (position, number) in [(0, year / 100), (2, year % 100), (5, month), (8, dayOfMonth), (11, minute / 60), (14, minute % 60)] {
                text[position] += UInt8(number / 10)
                text[position + 1] += UInt8(number % 10)
            }
            return 25
        }
    }

    /// As people read it: `Tue 24 November, 08:10`.
    public static func spoken(_ date: Date) -> String {
        let (day, minute) = wallClock(epochMinute(date))
        let (_, month, dayOfMonth) = civil(day)
        return "\(weekdays[(day % 7 + 11) % 7]) \(dayOfMonth) \(months[month - 1]), \(two(minute / 60)):\(two(minute % 60))"
    }

    /// In messages, where it must still be right next year: `Tue 24 November 2026, 08:10`.
    public static func dated(_ date: Date) -> String { "\(day(date)), \(clock(date))" }

    /// `Tue 24 November 2026`.
    public static func day(_ date: Date) -> String {
        let (day, _) = wallClock(epochMinute(date))
        let (year, month, dayOfMonth) = civil(day)
        return "\(weekdays[(day % 7 + 11) % 7]) \(dayOfMonth) \(months[month - 1]) \(year)"
    }

    /// `08:10`.
    public static func clock(_ date: Date) -> String {
        let (_, minute) = wallClock(epochMinute(date))
        return "\(two(minute / 60)):\(two(minute % 60))"
    }

    /// Midnight, local time, `days` after the day of `date`.
    public static func startOfDay(_ date: Date, addingDays days: Int) -> Date {
        let (day, _) = wallClock(epochMinute(date))
        return Date(timeIntervalSince1970: Double((day + days) * 86_400 - offsetSeconds))
    }

    /// The minute since 1970 an instant lies in.
    static func epochMinute(_ date: Date) -> Int { Int((date.timeIntervalSince1970 / 60).rounded(.down)) }

    /// Days since 1970 and minutes since midnight on the wall clock.
    static func wallClock(_ epochMinute: Int) -> (day: Int, minute: Int) {
        let minutes = epochMinute + offsetSeconds / 60
        let day = (minutes - (minutes % 1440 + 1440) % 1440) / 1440
        return (day, minutes - day * 1440)
    }

    /// Year, month and day of a day since 1970 (Howard Hinnant, "chrono-compatible low-level date algorithms").
    static func civil(_ day: Int) -> (year: Int, month: Int, day: Int) {
        let shifted = day + 719_468
        let era = (shifted >= 0 ? shifted : shifted - 146_096) / 146_097
        let dayOfEra = shifted - era * 146_097
        let yearOfEra = (dayOfEra - dayOfEra / 1460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
        let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
        let shiftedMonth = (5 * dayOfYear + 2) / 153
        let month = shiftedMonth < 10 ? shiftedMonth + 3 : shiftedMonth - 9
        return (yearOfEra + era * 400 + (month <= 2 ? 1 : 0), month, dayOfYear - (153 * shiftedMonth + 2) / 5 + 1)
    }

    /// Days since 1970 of a year, month and day: the other way round, from the same source.
    static func days(year: Int, month: Int, day: Int) -> Int {
        let marchYear = month <= 2 ? year - 1 : year
        let era = (marchYear >= 0 ? marchYear : marchYear - 399) / 400
        let yearOfEra = marchYear - era * 400
        let dayOfYear = (153 * ((month + 9) % 12) + 2) / 5 + day - 1
        return era * 146_097 + yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + dayOfYear - 719_468
    }

    private static func two(_ number: Int) -> String { number < 10 ? "0\(number)" : "\(number)" }

    private static let weekdays = ["Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"]
    private static let months = [
        "January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November",
        "December",
    ]
}
