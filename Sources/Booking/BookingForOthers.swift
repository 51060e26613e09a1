import Foundation

/// What other features ask of this one, filled in by the wiring.
extension BookingFeature {
    /// Whether an appointment is confirmed and nothing changed since this version.
    public func stillStands(_ id: UUID, version: Int) async throws -> Bool {
        let appointment = try await BookingStore(database: pool).appointment(id)
        return appointment?.state == .confirmed && appointment?.version == version
    }

    /// An appointment as an iCalendar file for its patient; nil if there is none.
    public func calendarFile(_ id: UUID) async throws -> String? {
        guard let appointment = try await BookingStore(database: pool).appointment(id) else { return nil }
        return calendarText(appointment, try await dependencies.doctor(appointment.doctorID, pool))
    }
}
