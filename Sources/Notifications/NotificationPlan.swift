import Foundation

/// What a message is for.
enum Purpose: String, CaseIterable, Sendable {
    case confirmation, change, cancellation, offer, reminder

    var topic: Topic {
        switch self {
        case .confirmation, .change, .cancellation: .visits
        case .reminder: .reminders
        case .offer: .offers
        }
    }

    /// Answers to what somebody just did, and a practice's cancellation, come at once; these wait for the morning.
    var keepsQuietHours: Bool { self == .reminder || self == .offer }
}

/// When reminders come, in whole hours before the visit.
public struct ReminderTimes: Sendable {
    let email: [Int]
    let sms: [Int]
    let push: [Int]

    /// By default e-mails 7 days and 1 day ahead, text messages and push messages 1 day ahead.
    public init(emailHours: [Int] = [168, 24], smsHours: [Int] = [24], pushHours: [Int] = [24]) {
        email = emailHours
        sms = smsHours
        push = pushHours
    }

    func hours(_ channel: Channel) -> [Int] {
        switch channel {
        case .email: email
        case .sms: sms
        case .push: push
        }
    }
}

/// A message that is to be sent. Whether its channel is used, the contact decides when it is due.
struct PlannedNotification: Hashable, Sendable {
    let purpose: Purpose
    let channel: Channel
    let leadHours: Int
    let dueAt: Date
    let expiresAt: Date
}

/// What an event leads to.
struct NotificationPlan: Sendable {
    /// Whether the booking still stands after the event; nil for one that is no booking yet.
    let isStanding: Bool?
    let messages: [PlannedNotification]

    /// News of a day ago are no news: a server that was away, or a database in which this feature is new.
    private static let newsSeconds = 86_400.0
    /// A reminder sooner after the confirmation would only repeat it.
    private static let gapSeconds = 2 * 3_600.0

    /// - Parameter isKnown: whether the booking was confirmed before, so that somebody expects it.
    init(_ event: BookingEvent, isKnown: Bool, reminders: ReminderTimes, now: Date) {
        let isNews = now.timeIntervalSince(event.occurredAt) < Self.newsSeconds
        let start = event.visit.startsAt
        let following = Self.reminders(of: start, times: reminders, now: now)
        switch event.kind {
        case .confirmed:
            isStanding = true
            messages = (isNews ? Self.everywhere(.confirmation, now: now, until: start) : []) + following
        case .rescheduled:
            isStanding = true
            messages = (isNews ? Self.everywhere(.change, now: now, until: start) : []) + following
        case .cancelled:
            isStanding = false
            let isTold = isNews && (isKnown || event.visit.cancelledBy == "practice")
            messages = isTold ? Self.everywhere(.cancellation, now: now, until: max(start, now.addingTimeInterval(Self.newsSeconds))) : []
        case .checkedIn, .completed, .noShow:
            isStanding = false
            messages = []
        case .offered:
            isStanding = nil
            let end = event.visit.offerExpiresAt ?? start
            messages = isNews ? Self.everywhere(.offer, now: QuietHours.firstAllowed(from: now), until: end) : []
        }
    }

    private static func everywhere(_ purpose: Purpose, now: Date, until end: Date) -> [PlannedNotification] {
        guard now < end else { return [] }
        return Channel.allCases.map { PlannedNotification(purpose: purpose, channel: $0, leadHours: 0, dueAt: now, expiresAt: end) }
    }

    private static func reminders(of start: Date, times: ReminderTimes, now: Date) -> [PlannedNotification] {
        Channel.allCases.flatMap { channel in
            times.hours(channel).compactMap { hours in
                let wished = start.addingTimeInterval(Double(-hours) * 3_600)
                let due = QuietHours.firstAllowed(from: wished)
                guard wished.timeIntervalSince(now) > gapSeconds, due < start else { return nil }
                return PlannedNotification(purpose: .reminder, channel: channel, leadHours: hours, dueAt: due, expiresAt: start)
            }
        }
    }
}
