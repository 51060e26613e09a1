import Domain
import Foundation

/// One visit on the practice's pages.
struct VisitRow {
    struct Step {
        let step: String
        let name: String
    }
    let time: String
    let person: String
    let visit: String
    let state: String
    let steps: [Step]
    let address: String
    let version: Int

    init(_ appointment: Appointment, person: String, now: Date) {
        time = "\(Clock.text(appointment.startsAt)) to \(Clock.text(appointment.endsAt))"
        self.person = person
        visit = Wording.name(appointment.kind)
        state = Self.names[appointment.state] ?? ""
        let isBegun = appointment.startsAt <= now
        let possible: [BookingStep?] = switch appointment.state {
        case .pendingApproval: [.approval]
        case .confirmed: [.checkIn, isBegun ? .completion : nil, isBegun ? .noShow : nil]
        case .checkedIn: [isBegun ? .completion : nil]
        default: []
        }
        steps = possible.compactMap(\.self).map { Step(step: $0.rawValue, name: Self.name($0)) }
        address = "/practice/bookings/\(appointment.id.text)"
        version = appointment.version
    }

    /// `Confirmed, Tue 24 November 2026, 08:10`.
    static func text(_ state: Appointment.State, _ start: Date) -> String { "\(names[state] ?? ""), \(Clock.spoken(start))" }

    private static let names: [Appointment.State: String] = [
        .held: "Being booked", .pendingPayment: "Not paid", .pendingApproval: "Asks for this time", .confirmed: "Confirmed", .checkedIn: "Checked in",
        .completed: "Completed", .noShow: "Did not come", .cancelled: "Cancelled", .expired: "Expired",
    ]
}

extension VisitRow {
    fileprivate static func name(_ step: BookingStep) -> String {
        switch step {
        case .approval: "Approve"
        case .checkIn: "Check in"
        case .completion: "Completed"
        case .noShow: "Did not come"
        }
    }
}

/// `/practice/doctors/{id}/day`.
struct PracticeDayPage {
    /// Why something was not done.
    struct Conflict {
        let title: String
        var saw: String?
        var isNow: String?
    }
    let conflict: Conflict?
    let block: BlockForm
    let isBlockOpen: Bool
    let heading: String
    let who: String
    let date: String
    let yesterday: String
    let today: String
    let tomorrow: String
    let week: String
    let blockAddress: String
    /// Who is in, and who is next.
    let now: String?
    let hasVisits: Bool
    let count: String
    let visits: [VisitRow]
    let formToken: String

    init(
        _ day: LocalDay, doctorID: Int64, doctor: BookableDoctor?, appointments: [Appointment], names: [UUID: String], now: Date, formToken: String, conflict: Conflict?,
        block: BlockForm
    ) {
        let base = "/practice/doctors/\(doctorID)"
        heading = day.spoken
        who = doctor?.name ?? "Doctor"
        date = day.description
        (yesterday, today, tomorrow) = ("\(base)/day?date=\(day + -1)", "\(base)/day", "\(base)/day?date=\(day + 1)")
        (week, blockAddress) = ("\(base)/week?from=\(day)", "\(base)/blocked-times")
        let shown = appointments.filter { $0.state != .cancelled }
        visits = shown.map { VisitRow($0, person: names[$0.personID] ?? "Patient", now: now) }
        hasVisits = !visits.isEmpty
        count = visits.count == 1 ? "1 visit" : "\(visits.count) visits"
        let current = shown.first { $0.startsAt <= now && now < $0.endsAt && $0.state.isLive }
        let next = shown.first { $0.startsAt > now && $0.state.isLive }
        let parts = [current.map { "Now: \(names[$0.personID] ?? "Patient")." }, next.map { "Next: \(names[$0.personID] ?? "Patient") at \(Clock.text($0.startsAt))." }]
        self.now = day == LocalDay(now) && (current != nil || next != nil) ? parts.compactMap(\.self).joined(separator: " ") : nil
        self.formToken = formToken
        self.conflict = conflict
        self.block = block
        isBlockOpen = !block.mistakes.isEmpty
    }
}

/// `/practice/doctors/{id}/week`.
struct PracticeWeekPage {
    struct Day {
        let name: String
        let address: String
        let isEmpty: Bool
        let visits: [VisitRow]
    }
    let heading: String
    let who: String
    let before: String
    let today: String
    let after: String
    let days: [Day]

    init(from day: LocalDay, doctorID: Int64, doctor: BookableDoctor?, appointments: [Appointment], names: [UUID: String], now: Date) {
        let base = "/practice/doctors/\(doctorID)"
        heading = "Week from \(day.spoken)"
        who = doctor?.name ?? "Doctor"
        (before, today, after) = ("\(base)/week?from=\(day + -7)", "\(base)/week", "\(base)/week?from=\(day + 7)")
        let byDay = Dictionary(grouping: appointments.filter { $0.state != .cancelled }) { LocalDay($0.startsAt) }
        days = (0..<7).map { day + $0 }.map { day in
            let visits = (byDay[day] ?? []).map { VisitRow($0, person: names[$0.personID] ?? "Patient", now: now) }
            return Day(name: day.spoken, address: "\(base)/day?date=\(day)", isEmpty: visits.isEmpty, visits: visits)
        }
    }
}
