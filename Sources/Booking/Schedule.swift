import Domain
import Foundation

/// What a visit is.
public enum VisitKind: String, CaseIterable, Sendable, Codable {
    case firstVisit = "first_visit"
    case followUp = "follow_up"
    /// By telephone or video; the others are in person.
    case video
}

/// A doctor's hours and rules at one practice.
struct Schedule: Sendable, Equatable {
    /// How one kind of visit is laid into the hours.
    struct Visit: Sendable, Equatable, Codable {
        var kind: VisitKind
        var lengthMinutes: Int
        /// From one time that is offered to the next, counted from the beginning of the hours.
        var stepMinutes: Int
        /// Kept free before and after; may lie outside the hours.
        var bufferBeforeMinutes = 0
        var bufferAfterMinutes = 0
        /// Visits of this kind a day; `nil` for no limit of their own.
        var dailyLimit: Int?
    }
    /// Weekly hours on the wall clock.
    struct Hours: Sendable, Equatable, Codable {
        /// 1 Monday … 7 Sunday: the day they begin on.
        var weekday: Int
        /// Minutes since midnight; the end may lie on the next day, up to 24 hours later.
        var startsMinute: Int
        var endsMinute: Int
        /// Empty: every kind.
        var kinds: [VisitKind] = []
    }
    enum NewPatients: String, CaseIterable, Sendable {
        case anyKind = "any_kind"
        /// Who was never seen by this doctor books a first visit.
        case firstVisit = "first_visit"
        case notAccepted = "none"
    }
    struct Rules: Sendable, Equatable {
        var acceptsBookings = true
        var opensOnPublicHolidays = false
        var needsApproval = false
        var needsPayment = false
        /// Between booking and visit at least.
        var minimumNoticeMinutes = 60
        /// Days from today that can be booked.
        var horizonDays = 90
        /// Visits a day of all kinds.
        var dailyLimit: Int?
        var newPatients = NewPatients.anyKind
        /// Patients cancel without a fee, and move at all, until so long before.
        var cancelNoticeMinutes = 1440
        var moveNoticeMinutes = 1440
        var lateCancelFeeCents = 0
    }
    var id: Int64
    var doctorID: Int64
    var practiceID: Int64
    var version = 1
    var rules = Rules()
    var visits: [Visit] = []
    var hours: [Hours] = []
    /// As search was last told.
    var availability = Availability()

    func visit(_ kind: VisitKind) -> Visit? { visits.first { $0.kind == kind } }
}

/// Leave and other closed times, or hours beside the weekly ones.
struct ScheduleException: Sendable, Equatable {
    var during: Range<Date>
    /// Extra hours rather than closed.
    var opens: Bool
    /// `nil`: at every practice.
    var practiceID: Int64?
}

/// A time somebody can book.
public struct Slot: Hashable, Sendable {
    public let kind: VisitKind
    public let practiceID: Int64
    public let startsAt: Date
    public let endsAt: Date
}

/// What a doctor is taken for already.
struct Occupied: Sendable, Equatable {
    /// With buffers.
    var takes: Range<Date>
    var startsAt: Date
    var scheduleID: Int64
    var kind: VisitKind
}
