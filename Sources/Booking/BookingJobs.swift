import Foundation
import Idempotency
import Jobs
import Postgres
import ServiceLifecycle

extension BookingFeature {
    /// Ends holds and unpaid appointments that ran out, keeps what search knows of free times true as time goes by, forgets old answers.
    public var jobs: [any Service] {
        [
            PeriodicJob(name: "expire holds", every: .seconds(5), logger: logger) { try await expireHolds() },
            PeriodicJob(name: "refresh free times", every: .seconds(10), logger: logger) { while try await refreshStale() {} },
            PeriodicJob(name: "forget answers of writes", every: .seconds(3_600), logger: logger) { try await writes.prune() },
        ]
    }

    func expireHolds() async throws {
        let doctors = try await BookingStore(database: pool).overdueDoctors(limit: 500)
        for doctorID in doctors { try await pool.transaction { try await day(of: doctorID, on: $0).expireOverdue() } }
    }

    /// - Returns: whether there may be more.
    func refreshStale() async throws -> Bool {
        let limit = 200
        let stale = try await BookingStore(database: pool).staleDoctors(limit: limit)
        for doctorID in Set(stale.unrefreshed) { try await pool.transaction { try await day(of: doctorID, on: $0).refreshAvailability() } }
        for doctorID in Set(stale.passed).subtracting(stale.unrefreshed) {
            try await pool.transaction { try await day(of: doctorID, on: $0).refreshAvailability([]) }
        }
        return stale.passed.count == limit || stale.unrefreshed.count == limit
    }
}
