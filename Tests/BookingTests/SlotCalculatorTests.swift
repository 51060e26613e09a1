import Domain
import Foundation
import Testing

@testable import Booking

/// Sebastiano Vigna's splitmix64.
struct SeededGenerator: RandomNumberGenerator {
    var state: UInt64

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var mixed = state
        mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
        return mixed ^ (mixed >> 31)
    }
}

@Suite("Free times")
struct SlotCalculatorTests {
    @Test("What is offered is what the definition says, minute by minute, on random hours, leave, holidays, buffers, limits and appointments")
    func agreesWithTheDefinition() throws {
        let seed = UInt64.random(in: 0..<1_000_000)
        print("free times: seed \(seed)")
        var random = SeededGenerator(state: seed)
        var offered = 0
        for _ in 0..<60 {
            let week = RandomWeek(&random)
            let expected = week.definition()
            let found = week.calculator.slots(week.visit.kind, in: week.time).map(\.startsAt)
            try #require(found == expected, "seed \(seed)")
            offered += found.count
        }
        #expect(offered > 500)
    }

    @Test("Hours over midnight belong to the day they begin on, holidays too")
    func midnight() throws {
        let christmas = try #require(LocalDay("2026-12-25"))  // a Friday
        var schedule = Schedule(id: 1, doctorID: 1, practiceID: 1)
        schedule.visits = [.init(kind: .firstVisit, lengthMinutes: 60, stepMinutes: 60)]
        schedule.hours = [.init(weekday: 4, startsMinute: 22 * 60, endsMinute: 26 * 60), .init(weekday: 5, startsMinute: 22 * 60, endsMinute: 26 * 60)]
        schedule.rules.minimumNoticeMinutes = 0
        let calculator = SlotCalculator(schedule: schedule, exceptions: [], holidays: PublicHolidays(), occupied: [], now: (christmas + -3).start)
        let starts = calculator.slots(.firstVisit, in: (christmas + -1).start..<(christmas + 2).start).map(\.startsAt)
        #expect(starts == [22, 23, 24, 25].map { (christmas + -1).at(minute: $0 * 60) }, "Thursday night reaches into Christmas; Christmas night is closed")
    }
}

/// A schedule and everything that bears on it, by chance.
struct RandomWeek {
    let now: Date
    let time: Range<Date>
    let visit: Schedule.Visit
    let schedule: Schedule
    let exceptions: [ScheduleException]
    let holidays: PublicHolidays
    let occupied: [Occupied]
    var calculator: SlotCalculator { SlotCalculator(schedule: schedule, exceptions: exceptions, holidays: holidays, occupied: occupied, now: now) }

    init(_ random: inout some RandomNumberGenerator) {
        let today = LocalDay(daysSince1970: 20_000 + Int.random(in: 0..<1_000, using: &random))
        now = today.at(minute: Int.random(in: 0..<1440, using: &random))
        time = (today + Int.random(in: -1...1, using: &random)).start..<(today + Int.random(in: 3...7, using: &random)).at(minute: Int.random(in: 0..<1440, using: &random))
        visit = Schedule.Visit(
            kind: .firstVisit, lengthMinutes: 5 * Int.random(in: 1...18, using: &random), stepMinutes: 5 * Int.random(in: 1...12, using: &random),
            bufferBeforeMinutes: 5 * Int.random(in: 0...2, using: &random), bufferAfterMinutes: 5 * Int.random(in: 0...3, using: &random),
            dailyLimit: Bool.random(using: &random) ? Int.random(in: 1...5, using: &random) : nil)
        var schedule = Schedule(id: 7, doctorID: 1, practiceID: 3)
        schedule.visits = [visit]
        schedule.rules.minimumNoticeMinutes = Int.random(in: 0...600, using: &random)
        schedule.rules.horizonDays = Int.random(in: 1...8, using: &random)
        schedule.rules.opensOnPublicHolidays = Bool.random(using: &random)
        schedule.rules.dailyLimit = Bool.random(using: &random) ? Int.random(in: 1...8, using: &random) : nil
        schedule.hours = (0..<Int.random(in: 1...10, using: &random)).map { _ in
            let start = 15 * Int.random(in: 0..<96, using: &random)
            return Schedule.Hours(
                weekday: Int.random(in: 1...7, using: &random), startsMinute: start, endsMinute: start + 15 * Int.random(in: 1...96, using: &random),
                kinds: [[], [.firstVisit], [.video]].randomElement(using: &random) ?? [])
        }
        self.schedule = schedule
        exceptions = (0..<Int.random(in: 0...4, using: &random)).map { _ in
            let start = (today + Int.random(in: -2...6, using: &random)).at(minute: 10 * Int.random(in: 0..<144, using: &random))
            let opens = Bool.random(using: &random)
            return ScheduleException(
                during: start..<start + Double(600 * Int.random(in: 1...(opens ? 40 : 300), using: &random)), opens: opens,
                practiceID: opens ? [3, 4].randomElement(using: &random) : [nil, 3, 4].randomElement(using: &random) ?? nil)
        }
        holidays = PublicHolidays(changes: Bool.random(using: &random) ? [today + Int.random(in: 0...4, using: &random): "Day"] : [:])
        var (taken, from): ([Occupied], Date) = ([], (today + -1).start)
        for _ in 0..<Int.random(in: 0...30, using: &random) {
            from += Double(300 * Int.random(in: 0...40, using: &random))
            let length = Double(300 * Int.random(in: 1...12, using: &random))
            taken.append(
                Occupied(
                    takes: from..<from + length, startsAt: from + length / 3, scheduleID: [7, 8].randomElement(using: &random) ?? 7,
                    kind: [.firstVisit, .followUp].randomElement(using: &random) ?? .followUp))
            from += length
        }
        occupied = taken.shuffled(using: &random)
    }

    /// Every minute of the time, judged by itself.
    func definition() -> [Date] {
        stride(from: time.lowerBound, to: time.upperBound, by: 60).filter { start in
            let end = start + Double(visit.lengthMinutes * 60)
            let takes = start - Double(visit.bufferBeforeMinutes * 60)..<end + Double(visit.bufferAfterMinutes * 60)
            guard start >= now + Double(schedule.rules.minimumNoticeMinutes * 60), start < (LocalDay(now) + schedule.rules.horizonDays + 1).start else { return false }
            guard openings(around: start).contains(where: { $0.lowerBound <= start && end <= $0.upperBound && isOnStep(start, $0.lowerBound) }) else { return false }
            let closed = exceptions.filter { !$0.opens && ($0.practiceID ?? 3) == 3 }
            guard !closed.contains(where: { $0.during.lowerBound < end && start < $0.during.upperBound }) else { return false }
            guard !occupied.contains(where: { $0.takes.lowerBound < takes.upperBound && takes.lowerBound < $0.takes.upperBound }) else { return false }
            let sameDay = occupied.filter { $0.scheduleID == 7 && LocalDay($0.startsAt) == LocalDay(start) }
            return sameDay.count < schedule.rules.dailyLimit ?? .max && sameDay.filter { $0.kind == .firstVisit }.count < visit.dailyLimit ?? .max
        }
    }

    private func isOnStep(_ start: Date, _ anchor: Date) -> Bool {
        Int(start.timeIntervalSince(anchor)) % (visit.stepMinutes * 60) == 0
    }

    private func openings(around start: Date) -> [Range<Date>] {
        let weekly = [LocalDay(start) + -1, LocalDay(start)].flatMap { day in
            schedule.hours.filter { $0.weekday == day.weekday && ($0.kinds.isEmpty || $0.kinds.contains(.firstVisit)) && (schedule.rules.opensOnPublicHolidays || holidays.name(day) == nil) }
                .map { day.at(minute: $0.startsMinute)..<day.at(minute: $0.endsMinute) }
        }
        return weekly + exceptions.filter { $0.opens && $0.practiceID == 3 }.map(\.during)
    }
}
