import Foundation
import Testing

@testable import Booking

@Suite("What is decided from facts alone")
struct BookingRulesTests {
    private let start = Date(timeIntervalSince1970: 1_800_000_000)

    private func appointment(_ state: Appointment.State = .confirmed) -> Appointment {
        Appointment(
            id: UUID(), scheduleID: 1, doctorID: 1, practiceID: 1, accountID: UUID(), personID: UUID(), kind: .firstVisit, state: state, startsAt: start,
            endsAt: start + 1200, expiresAt: nil, heldBySession: nil, heldSince: start, sealedReason: nil, feeCents: 50_000, cancelNoticeMinutes: 1440,
            moveNoticeMinutes: 120, lateCancelFeeCents: 20_000, cancelledBy: nil, cancelReason: nil, chargedCents: 0, waitlistEntryID: nil, sequence: 0,
            version: 1, updatedAt: start)
    }

    @Test("A patient who cancels late pays the late fee, and never for death or hospitalisation", arguments: Appointment.CancelReason.allCases)
    func lateFee(reason: Appointment.CancelReason) {
        let late = start - 3_600
        let expected = [.death, .hospitalised].contains(reason) ? 0 : 20_000
        #expect(BookingRules.charge(for: appointment(), by: .patient, reason: reason, now: late) == expected)
        #expect(BookingRules.charge(for: appointment(), by: .practice, reason: reason, now: late) == 0)
        #expect(BookingRules.charge(for: appointment(), by: .patient, reason: reason, now: start - 1440 * 60) == 0)
        #expect(BookingRules.charge(for: appointment(.pendingApproval), by: .patient, reason: reason, now: late) == 0)
    }

    @Test("A patient moves until the notice before, a request that nobody approved also later")
    func moving() {
        #expect(throws: Never.self) { try BookingRules.checkMovable(appointment(), now: start - 7_200) }
        #expect(throws: BookingRefusal.tooLateToMove(minutes: 120)) { try BookingRules.checkMovable(appointment(), now: start - 7_199) }
        #expect(throws: Never.self) { try BookingRules.checkMovable(appointment(.pendingApproval), now: start - 60) }
        #expect(throws: BookingRefusal.alreadyStarted) { try BookingRules.checkMovable(appointment(.pendingApproval), now: start) }
        #expect(throws: BookingRefusal.wrongState(.completed)) { try BookingRules.checkMovable(appointment(.completed), now: start - 86_400) }
    }

    @Test("New patients are let in as the practice has it")
    func newPatients() {
        var rules = Schedule.Rules()
        rules.newPatients = .firstVisit
        #expect(throws: BookingRefusal.firstVisitNeeded) { try BookingRules.admit(visitsBefore: 0, kind: .followUp, rules) }
        #expect(throws: Never.self) { try BookingRules.admit(visitsBefore: 0, kind: .firstVisit, rules) }
        #expect(throws: Never.self) { try BookingRules.admit(visitsBefore: 1, kind: .followUp, rules) }
        rules.newPatients = .notAccepted
        #expect(throws: BookingRefusal.newPatientsNotAccepted) { try BookingRules.admit(visitsBefore: 0, kind: .firstVisit, rules) }
    }
}
