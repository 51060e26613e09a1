import Foundation

/// A calendar day in South Africa: 24 hours from local midnight, all year.
public struct LocalDay: Hashable, Comparable, Sendable {
    /// Days since 1 January 1970.
    public let daysSince1970: Int

    public init(daysSince1970: Int) { self.daysSince1970 = daysSince1970 }

    /// The day an instant lies in.
    public init(_ date: Date) { daysSince1970 = LocalTime.wallClock(LocalTime.epochMinute(date)).day }

    /// `2026-11-24`; `nil` for anything else and for days there are not.
    public init?(_ text: String) {
        let parts = text.split(separator: "-", omittingEmptySubsequences: false)
        guard parts.map(\.utf8.count) == [4, 2, 2], parts.joined().utf8.allSatisfy({ (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) }),
            let year = Int(parts[0]), let month = Int(parts[1]), let day = Int(parts[2])
        else { return nil }
        self.init(year: year, month: month, day: day)
    }

    /// `nil` for a day there is not.
    public init?(year: Int, month: Int, day: Int) {
        guard (1...9999).contains(year), (1...12).contains(month), (1...31).contains(day) else { return nil }
        daysSince1970 = LocalTime.days(year: year, month: month, day: day)
        let (_, sameMonth, sameDay) = civil
        guard (sameMonth, sameDay) == (month, day) else { return nil }
    }

    public var civil: (year: Int, month: Int, day: Int) { LocalTime.civil(daysSince1970) }

    /// 1 Monday … 7 Sunday (ISO 8601).
    public var weekday: Int { ((daysSince1970 + 3) % 7 + 7) % 7 + 1 }

    /// Local midnight at its beginning.
    public var start: Date { at(minute: 0) }

    /// An instant so many minutes after its midnight; beyond 1440 on the days that follow.
    public func at(minute: Int) -> Date {
        Date(timeIntervalSince1970: Double(daysSince1970 * 86_400 + minute * 60 - LocalTime.offsetSeconds))
    }

    public static func + (day: LocalDay, days: Int) -> LocalDay { LocalDay(daysSince1970: day.daysSince1970 + days) }
    public static func < (left: LocalDay, right: LocalDay) -> Bool { left.daysSince1970 < right.daysSince1970 }
}

extension LocalDay: CustomStringConvertible {
    /// `2026-11-24`.
    public var description: String { String(LocalTime.text(start).prefix(10)) }

    /// `Tue 24 November 2026`.
    public var spoken: String { LocalTime.spoken(start).prefix { $0 != "," } + " \(civil.year)" }
}
