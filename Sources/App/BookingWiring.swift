import Accounts
import Audit
import Booking
import Doctors
import Foundation
import Postgres
import Web

extension BookingFeature.Dependencies {
    /// What booking asks of doctors and accounts.
    init(_ accounts: AccountsFeature) {
        self.init(
            doctor: { try await DoctorsFeature.bookableDoctor($0, on: $1) },
            setAvailability: { try await DoctorsFeature.setAvailability(doctorID: $0, practiceID: $1, nextFreeAt: $2, freeHalfDays: $3, on: $4) },
            worksFor: { try await Self.worksFor($0, doctorID: $1, practiceID: $2, on: $3) },
            stillWorksFor: { account, doctorID, database in
                let principal = Principal(accountID: account, sessionID: account, roles: try await AccountsFeature.roles(of: account, on: database))
                return try await Self.worksFor(principal, doctorID: doctorID, practiceID: nil, on: database)
            },
            persons: { try await AccountsFeature.bookablePersons(accountID: $0, on: $1).map { BookingFeature.BookablePerson(id: $0.id, name: $0.name) } },
            names: { try await accounts.names(of: $0) },
            audit: { principal, action, subject, connection in
                try await AuditLog.append(AuditEntry(actor: principal.accountID, action: action, subject: subject), on: connection)
            })
    }

    private static func worksFor(
        _ principal: Principal, doctorID: Int64, practiceID: Int64?, on database: any PostgresQuerying
    ) async throws -> Bool {
        let acts = try await AccountsFeature.actsFor(principal, on: database)
        if acts.doctorIDs.contains(doctorID) { return true }
        if acts.practiceIDs.isEmpty { return false }
        let practices = try await DoctorsFeature.practices(ofDoctor: doctorID, on: database)
        return !acts.practiceIDs.isDisjoint(with: practiceID.map { practices.intersection([$0]) } ?? practices)
    }
}
