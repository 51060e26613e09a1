import Domain
import Foundation

/// What search knows of a schedule: the next free time of any kind, and which half-days of the next thirty days have one.
struct Availability: Sendable, Equatable {
    /// Days ahead that are told by half-days.
    static let days = 30

    var nextFreeAt: Date?
    var halfDays = HalfDays()

    /// Looks at the days that changed only, and for the next free time at the first half-day that has one.
    /// - Parameters:
    ///   - changed: days on which something may be free now that was not, or the other way round.
    ///   - calculator: slots with everything that is taken in the time it is asked for.
    mutating func update(
        _ changed: some Sequence<LocalDay>, now: Date, calculator: (_ time: Range<Date>) async throws -> SlotCalculator
    ) async throws {
        let today = LocalDay(now)
        for day in changed where day >= today && day < today + Self.days {
            halfDays.remove(day)
            try await calculator(day.start..<(day + 1).start).allSlots(in: day.start..<(day + 1).start).forEach { halfDays.insert($0) }
        }
        nextFreeAt = try await firstFree(from: now, calculator)
    }

    private func firstFree(from now: Date, _ calculator: (Range<Date>) async throws -> SlotCalculator) async throws -> Date? {
        let today = LocalDay(now)
        for half in 0..<(Self.days * 2) {
            let start = (today + half / 2).at(minute: half % 2 * 720)
            let time = start..<(start + 43_200)
            // The minimum notice eats into half-days as time goes by, so a set bit is no proof.
            if halfDays.contains(start), time.upperBound > now, let first = try await calculator(time).allSlots(in: time).first { return first }
        }
        let beyond = (today + Self.days).start..<(today + 367).start
        return try await calculator(beyond).allSlots(in: beyond).first
    }
}

extension SlotCalculator {
    /// When something of any kind is free, in order.
    fileprivate func allSlots(in time: Range<Date>) -> [Date] {
        schedule.visits.flatMap { slots($0.kind, in: time) }.map(\.startsAt).sorted()
    }
}
