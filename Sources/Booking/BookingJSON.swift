import Domain
import Foundation
import HTTPTypes
import Idempotency
import Web

extension JSONWriter {
    /// A booking as whoever may see it sees it.
    mutating func booking(_ appointment: Appointment, doctor: BookableDoctor?, reason: String? = nil) {
        object {
            $0.member("id", appointment.id.text)
            $0.member("state", appointment.state.rawValue)
            $0.key("doctor")
            $0.object { json in
                json.member("id", String(appointment.doctorID))
                json.optional("name", doctor?.name)
            }
            $0.key("practice")
            $0.object { json in
                let practice = doctor?.practices.first { $0.id == appointment.practiceID }
                json.member("id", String(appointment.practiceID))
                json.optional("name", practice?.name)
                json.optional("address", practice?.address)
            }
            $0.member("person_id", appointment.personID.text)
            $0.member("kind", appointment.kind.rawValue)
            $0.member("starts_at", LocalTime.text(appointment.startsAt))
            $0.member("ends_at", LocalTime.text(appointment.endsAt))
            $0.optional("held_until", appointment.state == .held ? appointment.expiresAt.map { LocalTime.text($0) } : nil)
            $0.optional("pay_until", appointment.state == .pendingPayment ? appointment.expiresAt.map { LocalTime.text($0) } : nil)
            $0.money("fee", appointment.feeCents)
            $0.key("cancellation")
            $0.object { json in
                json.member("free_until", LocalTime.text(appointment.startsAt - Double(appointment.cancelNoticeMinutes * 60)))
                json.money("late_fee", appointment.lateCancelFeeCents)
                json.optional("by", appointment.cancelledBy?.rawValue)
                json.optional("reason", appointment.cancelReason?.rawValue)
                json.money("charged", appointment.state == .cancelled ? appointment.chargedCents : nil)
            }
            $0.member("movable_until", LocalTime.text(appointment.startsAt - Double(appointment.moveNoticeMinutes * 60)))
            if let reason { $0.member("reason", reason) }
            $0.member("calendar_uid", CalendarFile.uid(appointment.id))
            $0.member("sequence", appointment.sequence)
            $0.member("version", appointment.version)
        }
    }

    mutating func money(_ name: StaticString, _ cents: Int?) {
        key(name)
        guard let cents else { return null() }
        object {
            $0.member("amount_cents", cents)
            $0.member("currency", "ZAR")
        }
    }

    mutating func slot(_ slot: Slot) {
        object {
            $0.member("starts_at", LocalTime.text(slot.startsAt))
            $0.member("ends_at", LocalTime.text(slot.endsAt))
            $0.member("kind", slot.kind.rawValue)
            $0.member("practice_id", String(slot.practiceID))
        }
    }

    mutating func waitlistEntry(_ entry: WaitlistEntry) {
        object {
            $0.member("id", entry.id.text)
            $0.member("state", entry.state.rawValue)
            $0.member("doctor_id", String(entry.doctorID))
            $0.member("practice_id", String(entry.practiceID))
            $0.member("kind", entry.kind.rawValue)
            $0.member("person_id", entry.personID.text)
            $0.optional("booking_id", entry.bookingID?.text)
            $0.member("from", LocalTime.text(entry.wants.lowerBound))
            $0.member("until", LocalTime.text(entry.wants.upperBound))
        }
    }

    mutating func schedule(_ schedule: Schedule, exceptions: [(id: Int64, exception: ScheduleException)]) {
        let rules = schedule.rules
        object {
            $0.member("doctor_id", String(schedule.doctorID))
            $0.member("practice_id", String(schedule.practiceID))
            $0.member("accepts_bookings", rules.acceptsBookings)
            $0.member("open_on_public_holidays", rules.opensOnPublicHolidays)
            $0.member("needs_approval", rules.needsApproval)
            $0.member("needs_payment", rules.needsPayment)
            $0.member("minimum_notice_minutes", rules.minimumNoticeMinutes)
            $0.member("horizon_days", rules.horizonDays)
            $0.number("daily_limit", rules.dailyLimit)
            $0.member("new_patients", rules.newPatients.rawValue)
            $0.member("cancel_notice_minutes", rules.cancelNoticeMinutes)
            $0.member("move_notice_minutes", rules.moveNoticeMinutes)
            $0.member("late_cancel_fee_cents", rules.lateCancelFeeCents)
            $0.key("kinds")
            $0.array { json in for visit in schedule.visits { json.visit(visit) } }
            $0.key("hours")
            $0.array { json in for hours in schedule.hours { json.hours(hours) } }
            $0.key("exceptions")
            $0.array { json in for (id, exception) in exceptions { json.exception(exception, id: id) } }
            $0.member("version", schedule.version)
        }
    }

    private mutating func visit(_ visit: Schedule.Visit) {
        object {
            $0.member("kind", visit.kind.rawValue)
            $0.member("length_minutes", visit.lengthMinutes)
            $0.member("step_minutes", visit.stepMinutes)
            $0.member("buffer_before_minutes", visit.bufferBeforeMinutes)
            $0.member("buffer_after_minutes", visit.bufferAfterMinutes)
            $0.number("daily_limit", visit.dailyLimit)
        }
    }

    private mutating func hours(_ hours: Schedule.Hours) {
        object {
            $0.member("weekday", hours.weekday)
            $0.member("from", WallClock.text(hours.startsMinute))
            $0.member("until", WallClock.text(hours.endsMinute))
            $0.key("kinds")
            $0.array { json in for kind in hours.kinds { json.string(kind.rawValue) } }
        }
    }

    mutating func exception(_ exception: ScheduleException, id: Int64) {
        object {
            $0.member("id", String(id))
            $0.member("opens", exception.opens)
            $0.optional("practice_id", exception.practiceID.map { String($0) })
            $0.member("from", LocalTime.text(exception.during.lowerBound))
            $0.member("until", LocalTime.text(exception.during.upperBound))
        }
    }

    private mutating func number(_ name: StaticString, _ number: Int?) {
        key(name)
        if let number { int(number) } else { null() }
    }

    /// `{"data": […], "next_cursor": …}`.
    mutating func list<Element>(_ elements: [Element], nextCursor: String? = nil, _ write: (inout JSONWriter, Element) -> Void) {
        object {
            $0.key("data")
            $0.array { json in for element in elements { write(&json, element) } }
            $0.optional("next_cursor", nextCursor)
        }
    }
}

/// Times of day as the API writes them; the end of a day is 24:00, and hours over midnight end beyond it: 26:00 is two in the morning.
enum WallClock {
    static func text(_ minute: Int) -> String {
        func two(_ number: Int) -> String { number < 10 ? "0\(number)" : "\(number)" }
        return "\(two(minute / 60)):\(two(minute % 60))"
    }

    /// `nil` for what is no time from 00:00 to 47:59.
    static func minute(_ text: String) -> Int? {
        let parts = text.split(separator: ":", omittingEmptySubsequences: false)
        guard parts.map(\.utf8.count) == [2, 2], parts.joined().utf8.allSatisfy({ (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) }),
            let hour = Int(parts[0]), let minute = Int(parts[1]), hour < 48, minute < 60
        else { return nil }
        return hour * 60 + minute
    }
}

extension Appointment {
    /// Of RFC 9110: changes with every change.
    var entityTag: String { "\"\(version)\"" }
}
