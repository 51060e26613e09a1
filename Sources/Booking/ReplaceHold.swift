import Foundation
import Postgres
import Web

extension BookingFeature {
    /// Holds a time in place of another with the same doctor: that hold ends, and its reason comes along.
    /// - Parameter old: a hold of the same account, standing or run out; anything else is left alone.
    func hold(_ wish: HoldWish, insteadOf old: UUID?, by principal: Principal, on connection: PostgresConnection) async throws -> Appointment {
        let store = BookingStore(database: connection)
        guard let old, let before = try await store.appointment(old), before.accountID == principal.accountID, before.doctorID == wish.doctorID,
            [.held, .expired].contains(before.state)
        else { return try await hold(wish, by: principal, on: connection) }
        if before.state == .held, !before.isOver(at: try await store.now()) {
            _ = try await cancel(old, reason: .changedMind, version: nil, by: principal, on: connection)
        }
        let held = try await hold(wish, by: principal, on: connection)
        guard let reason = before.sealedReason else { return held }
        return try await store.update(held.id, by: principal.accountID, "sealed_reason = \(reason)")
    }

    /// Takes the time of a hold that ran out, if nobody else has it, and confirms it.
    func confirmAnew(_ lost: Appointment, reason: String?, by principal: Principal, on connection: PostgresConnection) async throws -> Appointment {
        let wish = HoldWish(doctorID: lost.doctorID, practiceID: lost.practiceID, kind: lost.kind, startsAt: lost.startsAt, personID: lost.personID)
        let held = try await hold(wish, by: principal, on: connection)
        return try await confirm(held.id, reason: reason, by: principal, on: connection)
    }

    /// Keeps what somebody wrote for the time they choose instead.
    func keep(reason: String?, with lost: Appointment, by principal: Principal, on connection: PostgresConnection) async throws {
        guard let sealed = try reason.map(reasons.seal) else { return }
        _ = try await BookingStore(database: connection).update(lost.id, by: principal.accountID, "sealed_reason = \(sealed)")
    }
}
