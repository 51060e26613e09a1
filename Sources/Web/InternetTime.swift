import Foundation

/// Times and durations as the API writes them, read strictly.
enum InternetTime {
    /// Reads RFC 3339 `date-time`, years 0001 to 9999. Nil for anything else, for days that do not exist and for leap seconds.
    static func instant(_ text: String) -> Date? {
        var reader = TimeReader(text)
        guard let year = reader.number(digits: 4...4), reader.take("-"), let month = reader.pair(), reader.take("-"), let day = reader.pair(),
            reader.take("T", or: "t"), let hour = reader.pair(), reader.take(":"), let minute = reader.pair(), reader.take(":"),
            let second = reader.pair(), let fraction = reader.fraction(), let offsetSeconds = reader.offsetSeconds(), reader.isAtEnd,
            let days = daysSince1970(year: year, month: month, day: day), hour < 24, minute < 60, second < 60
        else { return nil }
        let local = days * 86_400 + hour * 3600 + minute * 60 + second
        return Date(timeIntervalSince1970: Double(local - offsetSeconds) + fraction)
    }

    /// Reads ISO 8601 `PnDTnHnMnS` with at least one part and at most six digits in each.
    static func duration(_ text: String) -> Duration? {
        var reader = TimeReader(text)
        var units: ArraySlice<(letter: Unicode.Scalar, seconds: Int)> = [("D", 86_400)]
        var seconds = 0
        var isTime = false
        guard reader.take("P"), !reader.isAtEnd else { return nil }
        while !reader.isAtEnd {
            if !isTime, reader.take("T") {
                isTime = true
                units = [("H", 3600), ("M", 60), ("S", 1)]
            }
            guard let number = reader.number(digits: 1...6), let unit = units.firstIndex(where: { reader.take($0.letter) }) else {
                return nil
            }
            seconds += number * units[unit].seconds
            units = units[(unit + 1)...]
        }
        return .seconds(seconds)
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
