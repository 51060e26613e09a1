import Domain
import Foundation

/// When a doctor must have a free time, within the next thirty days, by half-days of the wall clock.
public enum FreeWhen: String, CaseIterable, Sendable {
    case today, tomorrow
    case weekdayMornings = "weekday-mornings"
    case weekdayAfternoons = "weekday-afternoons"
    case weekends

    /// The half-days of any of them that are not over.
    static func halfDays(_ choices: [FreeWhen], now: Date) -> HalfDays {
        let today = LocalDay(now)
        var halfDays = HalfDays()
        for number in 0..<60 {
            let (day, isMorning) = (today + number / 2, number.isMultiple(of: 2))
            let start = day.at(minute: isMorning ? 0 : 720)
            guard start + 43_200 > now, choices.contains(where: { $0.covers(day, isMorning: isMorning, today: today) }) else { continue }
            halfDays.insert(start)
        }
        return halfDays
    }

    private func covers(_ day: LocalDay, isMorning: Bool, today: LocalDay) -> Bool {
        switch self {
        case .today: day == today
        case .tomorrow: day == today + 1
        case .weekdayMornings: day.weekday <= 5 && isMorning
        case .weekdayAfternoons: day.weekday <= 5 && !isMorning
        case .weekends: day.weekday > 5
        }
    }
}
