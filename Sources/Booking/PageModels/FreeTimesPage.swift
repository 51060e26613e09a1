import Domain
import Foundation
import Web

/// Free times by day, as the partial `free-times` prints them: the days that have some, the first one open, with links that hold nothing.
struct FreeTimes: Sendable {
    struct Day: Sendable {
        let name: String
        let count: String
        let isOpen: Bool
        /// Morning and afternoon of a day with many times, else one without a name.
        let halves: [Half]
    }
    struct Half: Sendable {
        let part: String?
        let times: [Time]
    }
    struct Time: Sendable {
        let day: String
        let time: String
        /// Where, for doctors with times at several practices.
        let rooms: String?
        let address: String
    }
    let who: String
    /// What kind of visit these are for, where the page does not say it.
    var visit: String?
    /// `Fri 27 November, 14:00`.
    let next: String?
    let days: [Day]
    /// What comes after the last day that is shown.
    let later: String?
    let more: String?
    /// Why there are none.
    var none: String?
    /// Where all of them stand, where the page shows a part.
    var all: String?

    /// - Parameters:
    ///   - slots: in order, of one kind.
    ///   - doctor: whose they are.
    ///   - more: where those from a day on stand.
    ///   - address: where a time leads.
    init(_ slots: [Slot], of doctor: BookableDoctor, more: (LocalDay) -> String, address: (Slot) -> String) {
        let byDay = Dictionary(grouping: slots) { LocalDay($0.startsAt) }.sorted { $0.key < $1.key }
        let shown = Self.shown(byDay.map(\.value.count))
        let rooms = Self.rooms(slots, doctor)
        who = doctor.name
        next = slots.first.map { LocalTime.spoken($0.startsAt) }
        days = byDay.prefix(shown).enumerated().map { index, day in
            let times = day.value.map { (Self.isMorning($0), Time($0, rooms: rooms[$0.practiceID], address: address($0))) }
            return Day(
                name: Clock.day(day.value[0].startsAt), count: times.count == 1 ? "1 time" : "\(times.count) times", isOpen: index == 0,
                halves: Self.halves(morning: times.filter(\.0).map(\.1), afternoon: times.filter { !$0.0 }.map(\.1)))
        }
        let beyond = byDay.dropFirst(shown).first
        later = beyond.map { "Next: \(Clock.day($0.value[0].startsAt))" }
        self.more = beyond.map { more($0.key) }
    }

    /// The times nearest to one that is gone, by when they begin.
    static func nearest(_ count: Int, to start: Date, _ slots: [Slot], address: (Slot) -> String) -> [Time] {
        slots.sorted { abs($0.startsAt.timeIntervalSince(start)) < abs($1.startsAt.timeIntervalSince(start)) }.prefix(count)
            .sorted { $0.startsAt < $1.startsAt }.map { Time($0, rooms: nil, address: address($0)) }
    }

    /// At most five days, fewer where they are full: a page stays below its size.
    private static func shown(_ counts: [Int]) -> Int {
        var (days, times) = (0, 0)
        for count in counts.prefix(5) {
            guard days == 0 || times + count <= mostTimes else { break }
            (days, times) = (days + 1, times + count)
        }
        return days
    }

    private static let mostTimes = 48
    private static let mostTimesInOneList = 12

    private static func isMorning(_ slot: Slot) -> Bool { slot.startsAt < LocalDay(slot.startsAt).at(minute: 720) }

    private static func halves(morning: [Time], afternoon: [Time]) -> [Half] {
        guard morning.count + afternoon.count > mostTimesInOneList, !morning.isEmpty, !afternoon.isEmpty else {
            return [Half(part: nil, times: morning + afternoon)]
        }
        return [Half(part: "Morning", times: morning), Half(part: "Afternoon", times: afternoon)]
    }

    private static func rooms(_ slots: [Slot], _ doctor: BookableDoctor) -> [Int64: String] {
        guard Set(slots.map(\.practiceID)).count > 1 else { return [:] }
        return Dictionary(doctor.practices.map { ($0.id, $0.name) }, uniquingKeysWith: { first, _ in first })
    }
}

extension FreeTimes.Time {
    fileprivate init(_ slot: Slot, rooms: String?, address: String) {
        self.init(day: Clock.day(slot.startsAt), time: Clock.text(slot.startsAt), rooms: rooms, address: address)
    }
}

/// A page of free times: to book one, or to move an appointment there.
struct TimesPage {
    struct Kind {
        let name: String
        let address: String
        let isChosen: Bool
    }
    /// Why somebody is here again, and what is free near the time that is gone.
    var gone: String?
    var nearest: [FreeTimes.Time] = []
    var step: String?
    let heading: String
    let who: String
    var from: String?
    var kinds: [Kind] = []
    let visit: String
    let free: FreeTimes
    let earlier: String?
    let back: String
    let backName: String
}

enum Clock {
    /// `08:10`.
    static func text(_ date: Date) -> String { String(LocalTime.text(date).dropFirst(11).prefix(5)) }

    /// `Tue 24 November 2026, 08:10`.
    static func spoken(_ date: Date) -> String { "\(LocalDay(date).spoken), \(text(date))" }

    /// `Tue 24 November`, for days that are near.
    static func day(_ date: Date) -> String { String(LocalTime.spoken(date).prefix { $0 != "," }) }

    /// As it stands in addresses, local time: `2026-11-24T08:10`.
    static func address(_ date: Date) -> String { String(LocalTime.text(date).prefix(16)) }

    /// The instant of such a text.
    static func date(_ text: String) -> Date? { RequestParameters.instant(of: text + ":00+02:00") }
}
