import Foundation
import Jobs
import Postgres

/// From an event to planned messages, in the transaction that marks the event heard.
///
/// The booking's row is locked first. What was planned for an older version is dropped; a message that is being sent right now stays,
/// and the notice of a cancellation waits for its end.
struct HearBookingEvent: Sendable {
    let reminders: ReminderTimes
    let now: @Sendable () -> Date

    func callAsFunction(_ outboxEvent: OutboxEvent, on connection: PostgresConnection) async throws {
        let event = try BookingEvent(name: outboxEvent.name, payload: outboxEvent.payload, occurredAt: outboxEvent.occurredAt)
        let known = try await NotificationStore.lockKnownBooking(event.bookingID, on: connection)
        let plan = NotificationPlan(event, isKnown: known != nil, reminders: reminders, now: now())
        if let isStanding = plan.isStanding {
            // Another order than that of the booking's versions is no order.
            guard event.version >= known ?? .min else { return }
            try await NotificationStore.know(event, isStanding: isStanding, on: connection)
            try await NotificationStore.dropPlanned(of: event.bookingID, on: connection)
        }
        for message in plan.messages { try await NotificationStore.plan(message, for: event, on: connection) }
    }
}
