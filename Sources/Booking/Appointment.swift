import Domain
import Foundation

/// A place in a doctor's day, from the hold to what came of it.
struct Appointment: Sendable, Equatable {
    enum State: String, CaseIterable, Sendable {
        case held
        case pendingPayment = "pending_payment"
        case pendingApproval = "pending_approval"
        case confirmed
        case checkedIn = "checked_in"
        case completed
        case noShow = "no_show"
        case cancelled, expired

        /// Whether the doctor's time is taken.
        var isLive: Bool { ![.cancelled, .expired, .noShow].contains(self) }
        /// Whether it still lies ahead, for the patient.
        var isUpcoming: Bool { [.held, .pendingPayment, .pendingApproval, .confirmed].contains(self) }
    }
    enum Canceller: String, Sendable { case patient, practice, system }
    enum CancelReason: String, CaseIterable, Sendable {
        case changedMind = "changed_mind"
        case feelsBetter = "feels_better"
        case otherDoctor = "other_doctor"
        /// Never charged (Consumer Protection Act 68 of 2008, section 17(5)).
        case hospitalised, death
        case practiceClosed = "practice_closed"
        case doctorAway = "doctor_away"
        case declined
        case other

        var isNeverCharged: Bool { self == .hospitalised || self == .death }
    }
    let id: UUID
    let scheduleID: Int64
    let doctorID: Int64
    let practiceID: Int64
    let accountID: UUID
    let personID: UUID
    let kind: VisitKind
    let state: State
    let startsAt: Date
    let endsAt: Date
    let expiresAt: Date?
    let heldBySession: UUID?
    let heldSince: Date
    let sealedReason: String?
    let feeCents: Int?
    let cancelNoticeMinutes: Int
    let moveNoticeMinutes: Int
    let lateCancelFeeCents: Int
    let cancelledBy: Canceller?
    let cancelReason: CancelReason?
    let chargedCents: Int
    let waitlistEntryID: UUID?
    /// Of RFC 5545.
    let sequence: Int
    let version: Int
    let updatedAt: Date

    /// A hold that nobody confirmed in time is over, whether or not the job has seen it.
    func isOver(at now: Date) -> Bool { expiresAt.map { $0 <= now } ?? !state.isLive }
}
