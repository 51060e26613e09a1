import Domain
import Foundation

/// `/practice/bookings/{id}`: one visit, and what the practice does with it.
struct VisitPage {
    struct FreeTime {
        let value: String
        let name: String
    }
    let heading: String
    let visit: VisitRow
    let when: String
    let reason: String?
    /// Where it can be moved to; empty where it cannot.
    let freeTimes: [FreeTime]
    let isCancellable: Bool
    let day: String
    let formToken: String

    init(_ visit: Appointment, person: String, reason: String?, slots: [Slot], now: Date, formToken: String) {
        heading = person
        self.visit = VisitRow(visit, person: person, now: now)
        when = "\(Clock.spoken(visit.startsAt)) to \(Clock.text(visit.endsAt))"
        self.reason = reason
        freeTimes = slots.prefix(150).map { FreeTime(value: Clock.address($0.startsAt), name: LocalTime.spoken($0.startsAt)) }
        isCancellable = Self.isMovable(visit)
        day = "/practice/doctors/\(visit.doctorID)/day?date=\(LocalDay(visit.startsAt))"
        self.formToken = formToken
    }

    static func isMovable(_ visit: Appointment) -> Bool { [.pendingPayment, .pendingApproval, .confirmed].contains(visit.state) }
}

/// "Block time" as it was sent, and what is wrong with it.
struct BlockForm {
    struct Mistake {
        let field: String
        let text: String
    }
    var from = ""
    var until = ""
    private(set) var fromError: String?
    private(set) var untilError: String?
    private(set) var mistakes: [Mistake] = []
    /// Appointments that stand in the time.
    private(set) var overlaps: [String] = []

    /// - Returns: minutes since midnight, `nil` with mistakes noted.
    mutating func checkedMinutes() -> Range<Int>? {
        let (start, end) = (WallClock.minute(from), WallClock.minute(until))
        if start == nil { fromError = "Write a time of the day, like 13:00." }
        if end == nil { untilError = "Write a time of the day, like 14:30." }
        if let start, let end, end <= start || end > 1_440 { untilError = "This must be later than the beginning, on the same day." }
        mistakes = [("from", "From", fromError), ("until", "Until", untilError)].compactMap { field, name, error in
            error.map { Mistake(field: field, text: "\(name): \($0)") }
        }
        guard mistakes.isEmpty, let start, let end else { return nil }
        return start..<end
    }

    mutating func warn(_ appointments: [Appointment]) {
        overlaps = appointments.map { "\(Clock.text($0.startsAt)) to \(Clock.text($0.endsAt))" }
        let count = overlaps.count == 1 ? "1 appointment stands" : "\(overlaps.count) appointments stand"
        mistakes = [Mistake(field: "despite_visits", text: "\(count) in this time. Nothing is blocked yet.")]
    }
}
