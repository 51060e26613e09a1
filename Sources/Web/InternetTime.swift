import Foundation

/// Times and durations as the API writes them, read strictly.
enum InternetTime {
    /// Reads RFC 3339 `date-time`, years 0001 to 9999. Nil for anything else, for days that do not exist and for leap seconds.
    static func instant(_ text: String) -> Date? {
        let pattern = /(\d{4})-(\d\d)-(\d\d)[Tt](\d\d):(\d\d):(\d\d)(\.\d{1,9})?(?:[Zz]|([+-])(\d\d):(\d\d))/.asciiOnlyDigits()
        guard let match = text.wholeMatch(of: pattern)?.output else { return nil }
        let date = [match.1, match.2, match.3].compactMap { Int($0) }
        let clock = [match.4, match.5, match.6].compactMap { Int($0) }
        let offset = [match.9 ?? "0", match.10 ?? "0"].compactMap { Int($0) }
        guard let days = daysSince1970(year: date[0], month: date[1], day: date[2]),
            clock[0] < 24, clock[1] < 60, clock[2] < 60, offset[0] < 24, offset[1] < 60
        else { return nil }
        let local = days * 86_400 + clock[0] * 3600 + clock[1] * 60 + clock[2]
        let offsetSeconds = (offset[0] * 3600 + offset[1] * 60) * (match.8 == "-" ? -1 : 1)
        let fraction = match.7.flatMap { Double("0\($0)") } ?? 0
        return Date(timeIntervalSince1970: Double(local - offsetSeconds) + fraction)
    }

    /// Reads ISO 8601 `PnDTnHnMnS` with at least one part and at most six digits in each.
    static func duration(_ text: String) -> Duration? {
        let pattern = /P(?:(\d{1,6})D)?(T(?:(\d{1,6})H)?(?:(\d{1,6})M)?(?:(\d{1,6})S)?)?/.asciiOnlyDigits()
        guard let match = text.wholeMatch(of: pattern)?.output, match.2 != "T", text != "P" else { return nil }
        let parts = [match.1, match.3, match.4, match.5].map { $0.flatMap { Int($0) } ?? 0 }
        return .seconds(parts[0] * 86_400 + parts[1] * 3600 + parts[2] * 60 + parts[3])
    }

    /// Days from 1 January 1970 in the Gregorian calendar, after Howard Hinnant's `days_from_civil`
    /// (http://howardhinnant.github.io/date_algorithms.html): years counted from March, eras of 400 years.
    private static func daysSince1970(year: Int, month: Int, day: Int) -> Int? {
        guard year >= 1, (1...12).contains(month), day >= 1, day <= dayCount(year: year, month: month) else { return nil }
        let marchYear = month <= 2 ? year - 1 : year
        let era = marchYear / 400
        let yearOfEra = marchYear - era * 400
        let dayOfYear = (153 * ((month + 9) % 12) + 2) / 5 + day - 1
        return era * 146_097 + yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + dayOfYear - 719_468
    }

    private static func dayCount(year: Int, month: Int) -> Int {
        let isLeap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0)
        return [31, isLeap ? 29 : 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31][month - 1]
    }
}
