import Domain
import Foundation

/// What is known of an appointment on every page.
struct AppointmentText {
    let when: String
    let who: String
    let place: String
    let visit: String
    let fee: String?
    let cancelRule: String

    init(_ appointment: Appointment, _ doctor: BookableDoctor?) {
        let practice = doctor?.practices.first { $0.id == appointment.practiceID }
        when = "\(Clock.spoken(appointment.startsAt)) to \(Clock.text(appointment.endsAt))"
        who = doctor?.name ?? "Doctor"
        place = [practice?.name, practice?.address].compactMap(\.self).filter { !$0.isEmpty }.joined(separator: ", ")
        visit = Wording.name(appointment.kind)
        fee = appointment.feeCents.map { Wording.money(cents: $0) }
        cancelRule = Self.rule(notice: appointment.cancelNoticeMinutes, feeCents: appointment.lateCancelFeeCents)
    }

    static func rule(notice: Int, feeCents: Int) -> String {
        feeCents == 0 ? "You may cancel at no cost." : "You may cancel at no cost until \(Wording.length(minutes: notice)) before. After that it costs \(Wording.money(cents: feeCents))."
    }
}

/// `/bookings/{id}`.
struct AppointmentPage {
    struct Action {
        let name: String
        let address: String
    }
    /// Whether the person is told when an earlier time is free, and the form that changes it.
    struct Earlier {
        let text: String?
        let address: String
        let button: String
    }
    struct Hold {
        /// What the visit is for, as far as it is written.
        let reason: String?
        let otherTimes: String
    }
    let error: String?
    let step: String?
    let heading: String
    let notice: String
    let status: String
    let when: String
    let who: String
    let place: String
    let visit: String
    let person: String
    let fee: String?
    let reference: String
    let cancelRule: String?
    /// Present while the time is held.
    let hold: Hold?
    let actions: [Action]
    /// Present where an earlier time may come.
    let earlier: Earlier?
    let address: String
    let formToken: String

    /// - Parameter waits: whether the person is on the waiting list for an earlier time.
    init(
        _ appointment: Appointment, _ doctor: BookableDoctor?, person: String, reason: String?, waits: Bool, now: Date, formToken: String, error: String? = nil
    ) {
        let text = AppointmentText(appointment, doctor)
        let state = appointment.isOver(at: now) && appointment.expiresAt != nil ? Appointment.State.expired : appointment.state
        address = "/bookings/\(appointment.id.text)"
        let words = Self.words(state, appointment)
        (heading, notice, status) = (words.heading, words.level.isEmpty ? "notice" : "notice \(words.level)", words.status)
        step = state == .held ? "Step 3 of 3: Check" : nil
        (when, who, place, visit, fee) = (text.when, text.who, text.place, text.visit, text.fee)
        self.person = person
        reference = String(appointment.id.text.suffix(12))
        cancelRule = state.isUpcoming ? text.cancelRule : nil
        let times = "/doctors/\(appointment.doctorID)/times?kind=\(appointment.kind.rawValue)"
        hold = state == .held ? Hold(reason: reason, otherTimes: "\(times)\(KeptAnswers(person: appointment.personID, instead: appointment.id).query)") : nil
        let isAhead = now < appointment.startsAt
        actions = [
            [.confirmed, .pendingApproval, .pendingPayment].contains(state) && isAhead ? Action(name: "Move", address: "\(address)/move") : nil,
            [.confirmed, .pendingApproval, .pendingPayment].contains(state) && isAhead ? Action(name: "Cancel", address: "\(address)/cancel") : nil,
            state.isLive && state != .held ? Action(name: "Add to calendar", address: "\(address)/calendar.ics") : nil,
            state == .expired ? Action(name: "Choose a time again", address: "\(times)\(KeptAnswers(person: appointment.personID, instead: appointment.id).query)") : nil,
            state == .cancelled ? Action(name: "Book another time", address: times) : nil,
        ].compactMap(\.self)
        earlier =
            if waits {
                Earlier(text: "We tell you when an earlier time is free.", address: "\(address)/no-earlier-time", button: "Do not tell me")
            } else if state == .confirmed, isAhead {
                Earlier(text: nil, address: "\(address)/earlier-time", button: "Tell me when an earlier time is free")
            } else {
                nil
            }
        self.formToken = formToken
        self.error = error
    }

    static func words(_ state: Appointment.State, _ appointment: Appointment) -> (heading: String, level: String, status: String) {
        switch state {
        case .held: ("Check and confirm", "urgent", "This time is held until \(appointment.expiresAt.map { Clock.text($0) } ?? "").")
        case .pendingPayment: ("Not paid yet", "urgent", "Pay until \(appointment.expiresAt.map { Clock.text($0) } ?? ""), or the time is free again.")
        case .pendingApproval: ("The practice answers soon", "", "You asked for this time. The practice says yes or no.")
        case .confirmed: ("Appointment confirmed", "done", "Your appointment is confirmed.")
        case .checkedIn: ("You are checked in", "done", "The practice knows that you are here.")
        case .completed: ("Visit completed", "", "This visit took place.")
        case .noShow: ("Marked as missed", "urgent", "The practice says that nobody came.")
        case .cancelled: ("Appointment cancelled", "", Self.cancelled(appointment))
        case .expired: ("The time is no longer held", "urgent", "It was not confirmed in time.")
        }
    }

    private static func cancelled(_ appointment: Appointment) -> String {
        let who = switch appointment.cancelledBy {
        case .practice: "The practice cancelled this appointment."
        case .patient: "You cancelled this appointment."
        case .system, nil: "This appointment was cancelled."
        }
        return appointment.chargedCents > 0 ? "\(who) It costs \(Wording.money(cents: appointment.chargedCents))." : who
    }
}

/// `/bookings`.
struct AppointmentsPage {
    struct Section {
        let name: String
        let appointments: [Row]
    }
    struct Row {
        let address: String
        let when: String
        let who: String
        let place: String
        let person: String
        let state: String
        /// Of the next one.
        let isNext: Bool
        let isChangeable: Bool
    }
    struct Change {
        let text: String
        let address: String
    }
    struct Other {
        let name: String
        let address: String
    }
    let heading: String
    /// What the practice moved or cancelled.
    let changes: [Change]
    let isEmpty: Bool
    let sections: [Section]
    let next: String?
    let other: Other

    init(
        _ appointments: [Appointment], changed: [Appointment], doctors: [Int64: BookableDoctor], names: [UUID: String], isPast: Bool, isFirst: Bool, next: String?
    ) {
        let rows = appointments.enumerated().map { index, appointment in
            Row(appointment, doctors[appointment.doctorID], person: names[appointment.personID] ?? "you", isNext: index == 0 && isFirst && !isPast)
        }
        heading = isPast ? "Past appointments" : "My appointments"
        changes = changed.map {
            let who = doctors[$0.doctorID]?.name ?? "Doctor"
            let text = $0.state == .cancelled ? "Cancelled: \(Clock.spoken($0.startsAt)), \(who)" : "Moved to \(Clock.spoken($0.startsAt)), \(who)"
            return Change(text: text, address: "/bookings/\($0.id.text)")
        }
        isEmpty = rows.isEmpty
        sections = [("Next", rows.filter(\.isNext)), (isPast ? "Past and cancelled" : "Later", rows.filter { !$0.isNext })].filter { !$0.1.isEmpty }.map(Section.init)
        self.next = next
        other = isPast ? Other(name: "My appointments", address: "/bookings") : Other(name: "Past appointments", address: "/bookings?when=past")
    }
}

extension AppointmentsPage.Row {
    fileprivate init(_ appointment: Appointment, _ doctor: BookableDoctor?, person: String, isNext: Bool) {
        let text = AppointmentText(appointment, doctor)
        self.init(
            address: "/bookings/\(appointment.id.text)", when: text.when, who: text.who, place: text.place, person: person,
            state: AppointmentPage.words(appointment.state, appointment).status, isNext: isNext,
            isChangeable: isNext && [.confirmed, .pendingApproval, .pendingPayment].contains(appointment.state))
    }
}

/// `/bookings/new`.
struct BookPage {
    struct Person {
        let id: String
        let name: String
        let isChosen: Bool
    }
    let when: String
    let who: String
    let place: String
    let visit: String
    let fee: String?
    let cancelRule: String
    let doctor: String
    let practice: String
    let kind: String
    let at: String
    let instead: String?
    let persons: [Person]
    let otherTimes: String
    let formToken: String

    init(_ slot: Slot, _ wish: PageWish, _ doctor: BookableDoctor, _ rules: Schedule.Rules, persons: [BookingFeature.BookablePerson], formToken: String) {
        let practice = doctor.practices.first { $0.id == slot.practiceID }
        when = "\(Clock.spoken(slot.startsAt)) to \(Clock.text(slot.endsAt))"
        who = doctor.name
        place = [practice?.name, practice?.address].compactMap(\.self).filter { !$0.isEmpty }.joined(separator: ", ")
        visit = Wording.name(slot.kind)
        fee = practice?.feesCents[slot.kind.rawValue].map { Wording.money(cents: $0) }
        cancelRule = AppointmentText.rule(notice: rules.cancelNoticeMinutes, feeCents: rules.lateCancelFeeCents)
        (self.doctor, self.practice, kind, at) = (String(wish.doctorID), String(slot.practiceID), slot.kind.rawValue, Clock.address(slot.startsAt))
        instead = wish.kept.instead?.text
        let chosen = persons.first { $0.id == wish.kept.person }?.id ?? persons.first?.id
        self.persons = persons.enumerated().map { Person(id: $1.id.text, name: $0 == 0 ? "Me" : $1.name, isChosen: $1.id == chosen) }
        otherTimes = "/doctors/\(wish.doctorID)/times?kind=\(slot.kind.rawValue)\(wish.kept.query)"
        self.formToken = formToken
    }
}

/// `/bookings/{id}/cancel`.
struct CancelPage {
    struct Reason {
        let value: String
        let name: String
        let isChosen: Bool
    }
    let when: String
    let who: String
    let charge: String
    let isCharged: Bool
    let reasons: [Reason]
    let address: String
    let formToken: String

    init(_ appointment: Appointment, _ doctor: BookableDoctor?, now: Date, formToken: String) {
        let text = AppointmentText(appointment, doctor)
        (when, who) = (text.when, text.who)
        let cents = BookingRules.charge(for: appointment, by: .patient, reason: .changedMind, now: now)
        isCharged = cents > 0
        charge = cents > 0 ? "It is late: cancelling now costs \(Wording.money(cents: cents)). It costs nothing if the patient is in hospital or has died." : "Cancelling now costs nothing."
        reasons = Self.names.map { Reason(value: $0.0.rawValue, name: $0.1, isChosen: $0.0 == .changedMind) }
        address = "/bookings/\(appointment.id.text)"
        self.formToken = formToken
    }

    private static let names: [(Appointment.CancelReason, String)] = [
        (.changedMind, "The time does not suit me"), (.feelsBetter, "The patient feels better"), (.otherDoctor, "I go to another doctor"),
        (.hospitalised, "The patient is in hospital"), (.death, "The patient has died"), (.other, "Something else"),
    ]
}

/// `/bookings/{id}/move` with a time chosen.
struct MovePage {
    let before: String
    let after: String
    let who: String
    let at: String
    let version: Int
    let address: String
    let formToken: String
}
