import Foundation

/// A set of half-days, mornings and afternoons by the wall clock: bit n % 64 stands for half-day n since 1970, so a set that was made for
/// the next thirty days is still right about them a day later.
public struct HalfDays: Sendable, Equatable {
    public private(set) var bits: UInt64

    public init(bits: UInt64 = 0) { self.bits = bits }

    /// The half-days in which some instants lie.
    public init(_ dates: some Sequence<Date>) {
        bits = 0
        for date in dates { insert(date) }
    }

    public mutating func insert(_ date: Date) { bits |= Self.bit(date) }
    public func contains(_ date: Date) -> Bool { bits & Self.bit(date) != 0 }

    /// Forgets both halves of a day.
    public mutating func remove(_ day: LocalDay) { bits &= ~(Self.bit(day.start) | Self.bit(day.at(minute: 720))) }

    /// The beginning of a date's half-day: midnight or noon.
    public static func start(of date: Date) -> Date {
        let day = LocalDay(date)
        return date < day.at(minute: 720) ? day.start : day.at(minute: 720)
    }

    private static func bit(_ date: Date) -> UInt64 {
        let day = LocalDay(date)
        return 1 << UInt64((day.daysSince1970 * 2 + (date < day.at(minute: 720) ? 0 : 1)) & 63)
    }
}
