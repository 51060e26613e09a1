import Domain
import Foundation
import Jobs
import Postgres
import Web

/// What others hear of appointments: who, when and where, never what for.
enum BookingEvents {
    /// Version 1 of every event's payload.
    static func append(
        _ name: String, _ appointment: Appointment, doctor: BookableDoctor, before: Appointment?, on connection: PostgresConnection
    ) async throws {
        let practice = doctor.practices.first { $0.id == appointment.practiceID }
        var json = JSONWriter()
        json.object {
            $0.member("schema", 1)
            $0.member("booking_id", appointment.id.text)
            $0.member("version", appointment.version)
            $0.member("account_id", appointment.accountID.text)
            $0.member("person_id", appointment.personID.text)
            $0.member("doctor_id", String(appointment.doctorID))
            $0.member("practice_id", String(appointment.practiceID))
            $0.member("doctor_name", doctor.name)
            $0.member("practice_name", practice?.name ?? "")
            $0.member("address", practice?.address ?? "")
            $0.member("starts_at", LocalTime.text(appointment.startsAt))
            $0.member("ends_at", LocalTime.text(appointment.endsAt))
            $0.member("kind", appointment.kind.rawValue)
            $0.member("state", appointment.state.rawValue)
            $0.member("calendar_uid", CalendarFile.uid(appointment.id))
            $0.member("sequence", appointment.sequence)
            $0.optional("old_starts_at", before.map { LocalTime.text($0.startsAt) })
            $0.optional("old_ends_at", before.map { LocalTime.text($0.endsAt) })
            $0.optional("cancelled_by", appointment.cancelledBy?.rawValue)
            $0.optional("expires_at", appointment.expiresAt.map { LocalTime.text($0) })
        }
        try await Outbox.append(name: name, subject: appointment.id.text, payload: json.bytes, on: connection)
    }
}

extension JSONWriter {
    mutating func optional(_ name: StaticString, _ text: String?) {
        key(name)
        if let text { string(text) } else { null() }
    }
}
