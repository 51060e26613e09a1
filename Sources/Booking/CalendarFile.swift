import Domain
import Foundation

/// Appointments as RFC 5545 writes them. No reason for a visit, no specialty: calendars are shown to others.
enum CalendarFile {
    enum Method: String { case publish = "PUBLISH", request = "REQUEST", cancel = "CANCEL" }

    /// One event.
    struct Entry {
        let appointment: Appointment
        let summary: String
        let location: String
    }

    /// Of a booking, the same through every reschedule.
    static func uid(_ id: UUID) -> String { "\(id.text)@ratethedoctor.co.za" }

    /// A whole file, lines ended by CRLF and folded at 75 bytes.
    /// - Parameter madeAt: DTSTAMP of every entry.
    static func text(_ entries: [Entry], method: Method, name: String? = nil, madeAt: Date) -> String {
        var lines = ["BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//RateTheDoctor//Booking//EN", "CALSCALE:GREGORIAN", "METHOD:\(method.rawValue)"]
        if let name { lines += ["NAME:\(escaped(name))", "X-WR-CALNAME:\(escaped(name))", "REFRESH-INTERVAL;VALUE=DURATION:PT1H", "X-PUBLISHED-TTL:PT1H"] }
        lines += entries.flatMap { event($0, madeAt: madeAt) }
        lines.append("END:VCALENDAR")
        return lines.map { folded($0) + "\r\n" }.joined()
    }

    private static func event(_ entry: Entry, madeAt: Date) -> [String] {
        let appointment = entry.appointment
        let isOff = !appointment.state.isLive
        return [
            "BEGIN:VEVENT", "UID:\(uid(appointment.id))", "SEQUENCE:\(appointment.sequence)", "DTSTAMP:\(instant(madeAt))",
            "LAST-MODIFIED:\(instant(appointment.updatedAt))", "DTSTART:\(instant(appointment.startsAt))", "DTEND:\(instant(appointment.endsAt))",
            "SUMMARY:\(escaped(entry.summary))", "LOCATION:\(escaped(entry.location))", "CLASS:PRIVATE", "TRANSP:\(isOff ? "TRANSPARENT" : "OPAQUE")",
            "STATUS:\(isOff ? "CANCELLED" : [.confirmed, .checkedIn, .completed].contains(appointment.state) ? "CONFIRMED" : "TENTATIVE")",
        ] + (isOff ? [] : ["BEGIN:VALARM", "ACTION:DISPLAY", "TRIGGER:-P1D", "DESCRIPTION:\(escaped(entry.summary))", "END:VALARM"]) + ["END:VEVENT"]
    }

    /// `20261201T070000Z`.
    private static func instant(_ date: Date) -> String {
        let text = Date(timeIntervalSince1970: date.timeIntervalSince1970.rounded(.down)).formatted(.iso8601)
        return text.filter { $0 != "-" && $0 != ":" }
    }

    private static func escaped(_ text: String) -> String {
        text.replacing("\\", with: "\\\\").replacing(";", with: "\\;").replacing(",", with: "\\,").replacing("\r\n", with: "\\n").replacing("\n", with: "\\n")
            .filter { !$0.isNewline }
    }

    /// Lines of at most 75 bytes, never cut inside a character; further ones begin with a space.
    private static func folded(_ line: String) -> String {
        var (folded, length) = ("", 0)
        for scalar in line.unicodeScalars {
            let width = String(scalar).utf8.count
            if length + width > 75 {
                folded += "\r\n "
                length = 1
            }
            folded.unicodeScalars.append(scalar)
            length += width
        }
        return folded
    }
}
