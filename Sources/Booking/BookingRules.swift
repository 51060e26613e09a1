import Foundation

/// What is decided from facts and the time alone.
enum BookingRules {
    /// How long a time is held, and for how long at most with more time asked for.
    static let holdMinutes = 10
    static let longestHoldMinutes = 30
    /// An unpaid appointment and an offer from the waiting list stand so long.
    static let paymentMinutes = 30
    static let offerMinutes = 30
    /// Times one account holds at once.
    static let mostHolds = 3
    /// A missed visit can be disputed for so long.
    static let disputeDays = 7

    /// What a cancellation costs: nothing in time, nothing when the practice cancels, and never on death or hospitalisation.
    static func charge(for appointment: Appointment, by canceller: Appointment.Canceller, reason: Appointment.CancelReason, now: Date) -> Int {
        guard canceller == .patient, appointment.state == .confirmed, !reason.isNeverCharged else { return 0 }
        let isLate = now > appointment.startsAt - Double(appointment.cancelNoticeMinutes * 60)
        return isLate ? appointment.lateCancelFeeCents : 0
    }

    /// The state after a hold is confirmed.
    static func stateAfterHold(_ rules: Schedule.Rules) -> Appointment.State {
        rules.needsPayment ? .pendingPayment : rules.needsApproval ? .pendingApproval : .confirmed
    }

    /// - Throws: when the person may not book this kind of visit with a doctor who has seen them `visits` times.
    static func admit(visitsBefore visits: Int, kind: VisitKind, _ rules: Schedule.Rules) throws(BookingRefusal) {
        guard visits == 0 else { return }
        switch rules.newPatients {
        case .anyKind: return
        case .firstVisit: guard kind == .firstVisit else { throw .firstVisitNeeded }
        case .notAccepted: throw .newPatientsNotAccepted
        }
    }

    /// - Throws: when the patient may not move it any more.
    static func checkMovable(_ appointment: Appointment, now: Date) throws(BookingRefusal) {
        guard [.pendingPayment, .pendingApproval, .confirmed].contains(appointment.state) else { throw .wrongState(appointment.state) }
        guard now < appointment.startsAt else { throw .alreadyStarted }
        guard now <= appointment.startsAt - Double(appointment.moveNoticeMinutes * 60) || appointment.state != .confirmed else {
            throw .tooLateToMove(minutes: appointment.moveNoticeMinutes)
        }
    }
}
