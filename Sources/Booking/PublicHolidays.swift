import Domain

/// The Public Holidays Act 36 of 1994: twelve days a year, and the Monday after one that falls on a Sunday; what was proclaimed or
/// taken back is a change an administrator makes.
struct PublicHolidays: Sendable {
    /// Names of days that are holidays beside the Act's; `nil` for days that are none.
    var changes: [LocalDay: String?] = [:]

    /// What a day is called, `nil` on ordinary days. Years 1995 to 9999.
    func name(_ day: LocalDay) -> String? {
        if let change = changes[day] { return change }
        return Self.lawful(day) ?? Self.moved(to: day)
    }

    /// Of a year, in order.
    func days(year: Int) -> [(day: LocalDay, name: String)] {
        guard let first = LocalDay(year: year, month: 1, day: 1), let last = LocalDay(year: year, month: 12, day: 31) else { return [] }
        return (first.daysSince1970...last.daysSince1970).map(LocalDay.init(daysSince1970:)).compactMap { day in name(day).map { (day, $0) } }
    }

    private static func lawful(_ day: LocalDay) -> String? {
        let (year, month, dayOfMonth) = day.civil
        if let fixed = fixedDays.first(where: { $0.month == month && $0.day == dayOfMonth }) { return fixed.name }
        guard let easter = easterSunday(year) else { return nil }
        return day == easter + -2 ? "Good Friday" : day == easter + 1 ? "Family Day" : nil
    }

    /// Section 2(1): a holiday on a Sunday makes the Monday one too.
    private static func moved(to day: LocalDay) -> String? {
        guard day.weekday == 1, let name = lawful(day + -1) else { return nil }
        return "\(name) (observed)"
    }

    private static let fixedDays: [(month: Int, day: Int, name: String)] = [
        (1, 1, "New Year's Day"), (3, 21, "Human Rights Day"), (4, 27, "Freedom Day"), (5, 1, "Workers' Day"), (6, 16, "Youth Day"),
        (8, 9, "National Women's Day"), (9, 24, "Heritage Day"), (12, 16, "Day of Reconciliation"), (12, 25, "Christmas Day"),
        (12, 26, "Day of Goodwill"),
    ]

    /// Gregorian Easter, the anonymous algorithm (Meeus, "Astronomical Algorithms", chapter 8).
    static func easterSunday(_ year: Int) -> LocalDay? {
        let golden = year % 19
        let (century, yearOfCentury) = (year / 100, year % 100)
        let epact = (19 * golden + century - century / 4 - (century - (century + 8) / 25 + 1) / 3 + 15) % 30
        let weekday = (32 + 2 * (century % 4) + 2 * (yearOfCentury / 4) - epact - yearOfCentury % 4) % 7
        let correction = (golden + 11 * epact + 22 * weekday) / 451
        let sum = epact + weekday - 7 * correction + 114
        return LocalDay(year: year, month: sum / 31, day: sum % 31 + 1)
    }
}
