import Domain
import Foundation

/// Free times of one schedule: weekly hours and extra hours, less holidays, leave and what is taken. Pure: the same facts give the same slots.
/// Both what is offered and what may be booked come from here, so that one never differs from the other.
struct SlotCalculator: Sendable {
    let schedule: Schedule
    /// Of the doctor, at this practice and everywhere.
    let exceptions: [ScheduleException]
    let holidays: PublicHolidays
    /// Everything the doctor is taken for in the time asked about, at any practice, in any order.
    let occupied: [Occupied]
    let now: Date

    init(schedule: Schedule, exceptions: [ScheduleException], holidays: PublicHolidays, occupied: [Occupied], now: Date) {
        self.schedule = schedule
        self.exceptions = exceptions.filter { $0.practiceID == nil || $0.practiceID == schedule.practiceID }
        self.holidays = holidays
        self.occupied = occupied.sorted { $0.takes.lowerBound < $1.takes.lowerBound }
        self.now = now
    }

    /// The first instant past what can be booked.
    var horizon: Date { (LocalDay(now) + (schedule.rules.horizonDays + 1)).start }

    /// Slots of a kind that begin within a time, in order. O(days · hours + slots · log occupied).
    func slots(_ kind: VisitKind, in time: Range<Date>) -> [Slot] {
        guard schedule.rules.acceptsBookings, let visit = schedule.visit(kind) else { return [] }
        let earliest = max(time.lowerBound, now.addingTimeInterval(Double(schedule.rules.minimumNoticeMinutes * 60)))
        let latest = min(time.upperBound, horizon)
        guard earliest < latest else { return [] }
        var starts: Set<Date> = []
        for opening in openings(for: kind, touching: earliest..<latest) {
            for start in laid(visit, into: opening) where start >= earliest && start < latest { starts.insert(start) }
        }
        let counts = DailyCounts(occupied, scheduleID: schedule.id)
        return starts.sorted().filter { isFree($0, visit) && counts.allow($0, visit, schedule.rules) }.map {
            Slot(kind: kind, practiceID: schedule.practiceID, startsAt: $0, endsAt: $0 + visit.length)
        }
    }

    private func isFree(_ start: Date, _ visit: Schedule.Visit) -> Bool {
        let takes = visit.takes(from: start)
        // Live appointments never overlap, so their ends are in the order of their beginnings.
        var (low, high) = (0, occupied.count)
        while low < high {
            let middle = (low + high) / 2
            if occupied[middle].takes.upperBound <= takes.lowerBound { low = middle + 1 } else { high = middle }
        }
        return low == occupied.count || occupied[low].takes.lowerBound >= takes.upperBound
    }
}

// Hours.
extension SlotCalculator {
    private struct Opening {
        /// Where the steps are counted from.
        let anchor: Date
        let parts: [Range<Date>]
    }

    private func openings(for kind: VisitKind, touching time: Range<Date>) -> [Opening] {
        let closed = exceptions.filter { !$0.opens }.map(\.during)
        let weekly = weeklyHours(for: kind, touching: time)
        let extra = exceptions.filter { $0.opens && $0.during.overlaps(time) }.map(\.during)
        return (weekly + extra).map { Opening(anchor: $0.lowerBound, parts: Self.parts(of: $0, without: closed)) }
    }

    /// Hours over midnight are found from the day before.
    private func weeklyHours(for kind: VisitKind, touching time: Range<Date>) -> [Range<Date>] {
        let (first, last) = (LocalDay(time.lowerBound) + -1, LocalDay(time.upperBound))
        return (first.daysSince1970...last.daysSince1970).map(LocalDay.init(daysSince1970:)).flatMap { day -> [Range<Date>] in
            let hours = schedule.hours.filter { $0.weekday == day.weekday && ($0.kinds.isEmpty || $0.kinds.contains(kind)) }
            guard !hours.isEmpty, schedule.rules.opensOnPublicHolidays || holidays.name(day) == nil else { return [] }
            return hours.map { day.at(minute: $0.startsMinute)..<day.at(minute: $0.endsMinute) }
        }
    }

    private static func parts(of time: Range<Date>, without closed: [Range<Date>]) -> [Range<Date>] {
        closed.reduce([time]) { parts, gap in
            parts.flatMap { part -> [Range<Date>] in
                guard part.overlaps(gap) else { return [part] }
                return [part.lowerBound..<max(part.lowerBound, gap.lowerBound), min(part.upperBound, gap.upperBound)..<part.upperBound]
                    .filter { !$0.isEmpty }
            }
        }
    }

    private func laid(_ visit: Schedule.Visit, into opening: Opening) -> [Date] {
        opening.parts.flatMap { part -> [Date] in
            let step = Double(visit.stepMinutes * 60)
            let firstStep = (part.lowerBound.timeIntervalSince(opening.anchor) / step).rounded(.up)
            let first = opening.anchor + firstStep * step
            let last = part.upperBound - visit.length
            return first > last ? [] : Array(stride(from: first, through: last, by: step))
        }
    }
}

extension Schedule.Visit {
    var length: TimeInterval { Double(lengthMinutes * 60) }

    /// What a visit takes of the doctor's time.
    func takes(from start: Date) -> Range<Date> {
        (start - Double(bufferBeforeMinutes * 60))..<(start + length + Double(bufferAfterMinutes * 60))
    }
}

/// Visits a day, as limits count them.
private struct DailyCounts {
    private struct Key: Hashable {
        let day: LocalDay
        let kind: VisitKind?
    }
    private var counts: [Key: Int] = [:]

    init(_ occupied: [Occupied], scheduleID: Int64) {
        for visit in occupied where visit.scheduleID == scheduleID {
            for kind in [nil, visit.kind] { counts[Key(day: LocalDay(visit.startsAt), kind: kind), default: 0] += 1 }
        }
    }

    func allow(_ start: Date, _ visit: Schedule.Visit, _ rules: Schedule.Rules) -> Bool {
        func isBelow(_ limit: Int?, _ kind: VisitKind?) -> Bool {
            limit.map { counts[Key(day: LocalDay(start), kind: kind), default: 0] < $0 } ?? true
        }
        return isBelow(rules.dailyLimit, nil) && isBelow(visit.dailyLimit, visit.kind)
    }
}

extension Range where Bound == Date {
    fileprivate func overlaps(_ other: Range<Date>) -> Bool { lowerBound < other.upperBound && other.lowerBound < upperBound }
}
