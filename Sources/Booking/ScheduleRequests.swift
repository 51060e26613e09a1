import Domain
import Foundation
import Web

extension ScheduleDraft {
    /// - Throws: 400 with everything that is wrong.
    init(_ parameters: inout RequestParameters) throws(Problem) {
        var rules = Schedule.Rules()
        if let value = parameters.bool("accepts_bookings") { rules.acceptsBookings = value }
        if let value = parameters.bool("open_on_public_holidays") { rules.opensOnPublicHolidays = value }
        if let value = parameters.bool("needs_approval") { rules.needsApproval = value }
        if let value = parameters.bool("needs_payment") { rules.needsPayment = value }
        if let value = parameters.int("minimum_notice_minutes", in: 0...43_200) { rules.minimumNoticeMinutes = value }
        if let value = parameters.int("horizon_days", in: 1...366) { rules.horizonDays = value }
        rules.dailyLimit = parameters.int("daily_limit", in: 1...500)
        if let value: Schedule.NewPatients = parameters.enumeration("new_patients") { rules.newPatients = value }
        if let value = parameters.int("cancel_notice_minutes", in: 0...43_200) { rules.cancelNoticeMinutes = value }
        if let value = parameters.int("move_notice_minutes", in: 0...43_200) { rules.moveNoticeMinutes = value }
        if let value = parameters.int("late_cancel_fee_cents", in: 0...10_000_000) { rules.lateCancelFeeCents = value }
        let visits = parameters.objects("kinds", maxCount: 3) { Schedule.Visit(&$0) }
        let hours = parameters.objects("hours", maxCount: 100) { Schedule.Hours(&$0) }
        if Set(visits.map(\.kind)).count < visits.count { parameters.refuse("kinds", code: "duplicate", detail: "Each kind stands once.") }
        if visits.isEmpty { parameters.require("kinds", false) }
        try parameters.finish()
        self.init(rules: rules, visits: visits, hours: hours)
    }
}

extension Schedule.Visit {
    fileprivate init?(_ parameters: inout RequestParameters) {
        let kind: VisitKind? = parameters.enumeration("kind")
        let length = parameters.int("length_minutes", in: 5...480)
        let step = parameters.int("step_minutes", in: 5...480)
        let before = parameters.int("buffer_before_minutes", in: 0...240)
        let after = parameters.int("buffer_after_minutes", in: 0...240)
        let limit = parameters.int("daily_limit", in: 1...500)
        parameters.require("kind", kind != nil)
        parameters.require("length_minutes", length != nil)
        guard let kind, let length else { return nil }
        self.init(
            kind: kind, lengthMinutes: length, stepMinutes: step ?? length, bufferBeforeMinutes: before ?? 0, bufferAfterMinutes: after ?? 0, dailyLimit: limit)
    }
}

extension Schedule.Hours {
    fileprivate init?(_ parameters: inout RequestParameters) {
        let weekday = parameters.int("weekday", in: 1...7)
        let from = parameters.wallClock("from")
        let until = parameters.wallClock("until")
        let kinds = parameters.strings("kinds", maxCount: 3, maxBytes: 20).map(VisitKind.init(rawValue:))
        parameters.require("weekday", weekday != nil)
        parameters.require("from", from != nil)
        parameters.require("until", until != nil)
        if kinds.contains(nil) { parameters.refuse("kinds", code: "not_allowed", detail: "Known: first_visit, follow_up, video.") }
        guard let weekday, let from, let until else { return nil }
        if from >= 1440 { parameters.refuse("from", code: "out_of_range", detail: "Hours begin before 24:00.") }
        if until <= from || until > from + 1440 { parameters.refuse("until", code: "out_of_range", detail: "Hours end after they begin, within 24 hours; 26:00 is two in the morning.") }
        self.init(weekday: weekday, startsMinute: from, endsMinute: until, kinds: kinds.compactMap(\.self))
    }
}

extension ScheduleException {
    init(_ parameters: inout RequestParameters) throws(Problem) {
        let opens = parameters.bool("opens")
        let practiceID = parameters.number("practice_id")
        let from = parameters.timeOrDay("from")
        let until = parameters.timeOrDay("until")
        parameters.require("opens", opens != nil)
        parameters.require("from", from != nil)
        parameters.require("until", until != nil)
        if opens == true { parameters.require("practice_id", practiceID != nil) }
        let (start, end) = (from ?? .distantPast, until ?? .distantFuture)
        if end <= start { parameters.refuse("until", code: "out_of_range", detail: "This must lie after from.") }
        if end > start + (opens == true ? 86_400 : 366 * 86_400) {
            parameters.refuse("until", code: "out_of_range", detail: opens == true ? "Extra hours last 24 hours at most." : "Leave lasts a year at most.")
        }
        try parameters.finish()
        self.init(during: start..<end, opens: opens ?? false, practiceID: practiceID)
    }
}

extension RequestParameters {
    /// Minutes since midnight of a time like 08:30; up to 47:59.
    fileprivate mutating func wallClock(_ name: String) -> Int? {
        guard let text = string(name, maxBytes: 5) else { return nil }
        if let minute = WallClock.minute(text) { return minute }
        refuse(name, code: "wrong_type", detail: "This must be a time like 08:30.")
        return nil
    }
}
