import Domain
import Foundation
import Web

/// Free times by day, as the partial `free-times` prints them: the days that have some, with links that hold nothing.
struct FreeTimes: Sendable {
    struct Day: Sendable {
        let name: String
        let count: String
        let times: [Time]
    }
    struct Time: Sendable {
        let day: String
        let time: String
        let who: String
        let address: String
    }
    let days: [Day]
    /// What comes after the last day that is shown.
    let later: String?
    let more: String?

    /// - Parameters:
    ///   - slots: in order, of one kind.
    ///   - days: how many days with times are shown.
    ///   - address: where a time leads.
    init(_ slots: [Slot], who: String, days shown: Int, more: String?, address: (Slot) -> String) {
        let byDay = Dictionary(grouping: slots) { LocalDay($0.startsAt) }.sorted { $0.key < $1.key }
        days = byDay.prefix(shown).map { day, slots in
            Day(
                name: day.spoken, count: slots.count == 1 ? "1 time" : "\(slots.count) times",
                times: slots.map { Time(day: day.spoken, time: Clock.text($0.startsAt), who: who, address: address($0)) })
        }
        let next = byDay.dropFirst(shown).first?.key
        later = next.map { "Next: \($0.spoken)" }
        self.more = next == nil ? nil : more
    }
}

/// A page of free times: to book one, or to move an appointment there.
struct TimesPage {
    struct Kind {
        let name: String
        let address: String
        let isChosen: Bool
    }
    /// Why somebody is here again.
    let gone: String?
    let heading: String
    let who: String
    let from: String?
    let kinds: [Kind]
    let days: [FreeTimes.Day]
    let later: String?
    let more: String?
    let none: String?
    let earlier: String?
    let back: String
    let backName: String
}

enum Clock {
    /// `08:10`.
    static func text(_ date: Date) -> String { String(LocalTime.text(date).dropFirst(11).prefix(5)) }

    /// `Tue 24 November 2026, 08:10`.
    static func spoken(_ date: Date) -> String { "\(LocalDay(date).spoken), \(text(date))" }

    /// As it stands in addresses, local time: `2026-11-24T08:10`.
    static func address(_ date: Date) -> String { String(LocalTime.text(date).prefix(16)) }

    /// The instant of such a text.
    static func date(_ text: String) -> Date? { RequestParameters.instant(of: text + ":00+02:00") }
}
